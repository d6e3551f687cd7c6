"""What Fernhill has written down: one Markdown file an article, the first line its title.

The second line says where it stands and who reads it: shelf | readers | products.
"""
