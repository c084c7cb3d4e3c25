-- Who reads a thing, by its name: its class as it is now. A label that names the document and not its class
-- follows the document to another class, and to nobody when it is gone.
create index document_name on document (org_id, ('document:' || id));
create view access_name as
  select org_id, 'document:' || id as name, class_id from document;
