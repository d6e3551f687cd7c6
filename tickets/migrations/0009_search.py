"""The words of tickets, kept by triggers: whatever writes a ticket or a message is found at once.

desk_words: accents folded, English stems, for reading. desk_plain: accents folded, nothing else,
for names, serial numbers and the beginnings of words.
Text is cut into words at punctuation first (desk_split): PostgreSQL's own parser takes the end
of "XP-4100" for the number -4100 and a whole e-mail address for one word.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

CONFIGURATIONS = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TEXT SEARCH CONFIGURATION desk_words (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION desk_words
    ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_part,
        hword_asciipart, hword_numpart WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION desk_plain (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION desk_plain
    ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword, hword_part,
        hword_asciipart, hword_numpart WITH unaccent, simple;
CREATE FUNCTION desk_split(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(words, E'-_/.,;@:+=&?#\\\\<>%|~*()[]{}''"!', repeat(' ', 31))
$$;
"""
CONFIGURATIONS_BACK = """
DROP FUNCTION desk_split(text);
DROP TEXT SEARCH CONFIGURATION desk_plain;
DROP TEXT SEARCH CONFIGURATION desk_words;
"""

# The limits keep a vector far below the megabyte PostgreSQL allows: a very long ticket is still
# found by its newest words, and never refused.
TRIGGERS = """
CREATE FUNCTION ticket_search_rebuild(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- The lock first: what commits while we wait for it is seen by the next statement.
    PERFORM 1 FROM tickets_searchtext WHERE ticket_id = ANY (ids) ORDER BY ticket_id FOR UPDATE;
    UPDATE tickets_searchtext s
    SET public = f.own || f.replies, staff = f.own || f.replies || f.notes
    FROM (
        SELECT t.id,
            setweight(to_tsvector('desk_words', desk_split(t.subject)), 'A')
            || setweight(to_tsvector('desk_plain', desk_split(t.subject)), 'A')
            || setweight(to_tsvector('desk_plain', desk_split(concat_ws(' ',
                c.name, r.name, r.email, p.brand, p.model, d.serial,
                replace(concat_ws(' ', t.subject, p.model), '-', ''),
                regexp_replace(d.serial_key, '[^A-Z0-9]', '', 'g')))), 'B')
            || setweight(to_tsvector('desk_words', desk_split(concat_ws(' ',
                c.name, r.name, r.email, p.brand, p.model))), 'B')
            || setweight(to_tsvector('desk_words', desk_split(t.resolution)), 'B')
            || setweight(to_tsvector('desk_words', desk_split(left(t.description, 50000))), 'C')
            AS own,
            to_tsvector('desk_words', desk_split(coalesce(m.replies, ''))) AS replies,
            to_tsvector('desk_words', desk_split(coalesce(m.notes, ''))) AS notes
        FROM tickets_ticket t
        JOIN customers_customer c ON c.id = t.customer_id
        LEFT JOIN customers_contact r ON r.id = t.requester_id
        LEFT JOIN devices_device d ON d.id = t.device_id
        LEFT JOIN devices_product p ON p.id = d.product_id
        CROSS JOIN LATERAL (
            SELECT left(string_agg(body, ' ' ORDER BY id DESC) FILTER (WHERE kind = 'reply'),
                        60000) AS replies,
                   left(string_agg(body, ' ' ORDER BY id DESC) FILTER (WHERE kind <> 'reply'),
                        60000) AS notes
            FROM (SELECT id, kind, left(body, 20000) AS body FROM tickets_message
                  WHERE ticket_id = t.id ORDER BY id DESC LIMIT 300) newest
        ) m
        WHERE t.id = ANY (ids)
    ) f
    WHERE s.ticket_id = f.id;
END $$;

CREATE FUNCTION ticket_search_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tickets_searchtext (ticket_id, public, staff) VALUES (NEW.id, '', '');
    END IF;
    PERFORM ticket_search_rebuild(ARRAY[NEW.id]::bigint[]);
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_search_insert AFTER INSERT ON tickets_ticket FOR EACH ROW
    EXECUTE FUNCTION ticket_search_of_ticket();
CREATE TRIGGER ticket_search_update
    AFTER UPDATE OF subject, description, resolution, customer_id, requester_id, device_id
    ON tickets_ticket FOR EACH ROW
    WHEN ((OLD.subject, OLD.description, OLD.resolution, OLD.customer_id, OLD.requester_id,
           OLD.device_id) IS DISTINCT FROM
          (NEW.subject, NEW.description, NEW.resolution, NEW.customer_id, NEW.requester_id,
           NEW.device_id))
    EXECUTE FUNCTION ticket_search_of_ticket();

-- A new message is added to what is there; reading a long thread again for each would cost more
-- with every answer.
CREATE FUNCTION ticket_search_add_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words tsvector := to_tsvector('desk_words', desk_split(left(NEW.body, 20000)));
    size integer;
BEGIN
    SELECT pg_column_size(staff || ''::tsvector) INTO size FROM tickets_searchtext
        WHERE ticket_id = NEW.ticket_id FOR UPDATE;
    IF size + pg_column_size(words) > 400000 THEN
        PERFORM ticket_search_rebuild(ARRAY[NEW.ticket_id]::bigint[]);
    ELSIF NEW.kind = 'reply' THEN
        UPDATE tickets_searchtext SET public = public || words, staff = staff || words
            WHERE ticket_id = NEW.ticket_id;
    ELSE
        UPDATE tickets_searchtext SET staff = staff || words WHERE ticket_id = NEW.ticket_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_search_message_insert AFTER INSERT ON tickets_message FOR EACH ROW
    EXECUTE FUNCTION ticket_search_add_message();

-- Only rows that are there are written: while a ticket is deleted, its row may be gone already.
CREATE FUNCTION ticket_search_change_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM ticket_search_rebuild(ARRAY[OLD.ticket_id]::bigint[]);
    ELSE
        PERFORM ticket_search_rebuild(ARRAY[OLD.ticket_id, NEW.ticket_id]::bigint[]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_search_message_delete AFTER DELETE ON tickets_message FOR EACH ROW
    EXECUTE FUNCTION ticket_search_change_message();
CREATE TRIGGER ticket_search_message_update
    AFTER UPDATE OF body, kind, ticket_id ON tickets_message FOR EACH ROW
    WHEN ((OLD.body, OLD.kind, OLD.ticket_id) IS DISTINCT FROM
          (NEW.body, NEW.kind, NEW.ticket_id))
    EXECUTE FUNCTION ticket_search_change_message();

-- Names and models are words of a ticket, too.
CREATE FUNCTION ticket_search_of_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'customers_customer' THEN
            SELECT array_agg(id) INTO ids FROM tickets_ticket WHERE customer_id = NEW.id;
        WHEN 'customers_contact' THEN
            SELECT array_agg(id) INTO ids FROM tickets_ticket WHERE requester_id = NEW.id;
        WHEN 'devices_device' THEN
            SELECT array_agg(id) INTO ids FROM tickets_ticket WHERE device_id = NEW.id;
        ELSE
            SELECT array_agg(t.id) INTO ids FROM tickets_ticket t
                JOIN devices_device d ON d.id = t.device_id WHERE d.product_id = NEW.id;
    END CASE;
    PERFORM ticket_search_rebuild(ids);
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_search_customer AFTER UPDATE OF name ON customers_customer FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION ticket_search_of_named();
CREATE TRIGGER ticket_search_contact AFTER UPDATE OF name, email ON customers_contact
    FOR EACH ROW WHEN ((OLD.name, OLD.email) IS DISTINCT FROM (NEW.name, NEW.email))
    EXECUTE FUNCTION ticket_search_of_named();
CREATE TRIGGER ticket_search_device AFTER UPDATE OF serial, product_id ON devices_device
    FOR EACH ROW WHEN ((OLD.serial, OLD.product_id) IS DISTINCT FROM (NEW.serial, NEW.product_id))
    EXECUTE FUNCTION ticket_search_of_named();
CREATE TRIGGER ticket_search_product AFTER UPDATE OF brand, model ON devices_product
    FOR EACH ROW WHEN ((OLD.brand, OLD.model) IS DISTINCT FROM (NEW.brand, NEW.model))
    EXECUTE FUNCTION ticket_search_of_named();

INSERT INTO tickets_searchtext (ticket_id, public, staff) SELECT id, '', '' FROM tickets_ticket;
SELECT ticket_search_rebuild(array_agg(id)) FROM tickets_ticket GROUP BY id / 1000;
"""
TRIGGERS_BACK = """
DROP TRIGGER ticket_search_product ON devices_product;
DROP TRIGGER ticket_search_device ON devices_device;
DROP TRIGGER ticket_search_contact ON customers_contact;
DROP TRIGGER ticket_search_customer ON customers_customer;
DROP TRIGGER ticket_search_message_update ON tickets_message;
DROP TRIGGER ticket_search_message_delete ON tickets_message;
DROP TRIGGER ticket_search_message_insert ON tickets_message;
DROP TRIGGER ticket_search_update ON tickets_ticket;
DROP TRIGGER ticket_search_insert ON tickets_ticket;
DROP FUNCTION ticket_search_of_named();
DROP FUNCTION ticket_search_change_message();
DROP FUNCTION ticket_search_add_message();
DROP FUNCTION ticket_search_of_ticket();
DROP FUNCTION ticket_search_rebuild(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_sla"),
        ("customers", "0002_place_is_whole"),
        ("devices", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(CONFIGURATIONS, CONFIGURATIONS_BACK),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("ticket", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search_text", serialize=False, to="tickets.ticket")),
                ("public", django.contrib.postgres.search.SearchVectorField(default="", editable=False)),
                ("staff", django.contrib.postgres.search.SearchVectorField(default="", editable=False)),
            ],
            options={"verbose_name": "words of tickets", "verbose_name_plural": "words of tickets"},
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="word")),
                ("tickets", models.PositiveIntegerField(verbose_name="tickets")),
            ],
            options={"verbose_name": "word of the vocabulary", "verbose_name_plural": "vocabulary"},
        ),
        migrations.AddIndex("searchword", django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"), name="search_word_trigrams")),
        migrations.RunSQL(TRIGGERS, TRIGGERS_BACK),
        migrations.AddIndex("searchtext", django.contrib.postgres.indexes.GinIndex(fields=["public"], gin_pending_list_limit=256, name="search_public")),
        migrations.AddIndex("searchtext", django.contrib.postgres.indexes.GinIndex(fields=["staff"], gin_pending_list_limit=256, name="search_staff")),
    ]
