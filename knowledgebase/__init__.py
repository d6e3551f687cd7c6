"""The knowledge base: what the desk knows, written down once, for colleagues and for customers.

Owns: ArticleCategory, Article (Markdown, who may read it, where it is in its life) and every text
it ever had (ArticleRevision).
Does not own: tickets, which ask it for articles that fit and insert them.
Stands above devices, so that an article can say which products it is about.
Events out: knowledgebase/events.py.
"""
