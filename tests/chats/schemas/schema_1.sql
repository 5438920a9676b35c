-- SPDX-License-Identifier: Apache-2.0
-- Made by the program that had schema 1, with `Connection.iterdump`.
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE chat (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        created_at REAL NOT NULL,
        updated_at REAL NOT NULL,
        deleted_at REAL,
        leaf_id INTEGER,
        draft TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        -- Grows by one whenever another message becomes the leaf.
        shown_count INTEGER NOT NULL DEFAULT 0
    );
INSERT INTO "chat" VALUES(1,'Wann säe ich Tomaten?',1700000010.0,1700000120.0,NULL,2,'not sent yet','nemotron-4b',8);
INSERT INTO "chat" VALUES(2,'Named by hand',1700000130.0,1700000210.0,NULL,11,'','',2);
INSERT INTO "chat" VALUES(3,'',1700000140.0,1700000140.0,NULL,NULL,'','',0);
INSERT INTO "chat" VALUES(4,'thrown away',1700000150.0,1700000180.0,1700000190.0,9,'','',2);
CREATE TABLE chunk (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        reasoning TEXT NOT NULL,
        content TEXT NOT NULL
    );
INSERT INTO "chunk" VALUES(1,11,'','half ');
INSERT INTO "chunk" VALUES(2,11,'','an ');
INSERT INTO "chunk" VALUES(3,11,'','answer ');
CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
        parent_id INTEGER REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
        role TEXT NOT NULL,
        status TEXT NOT NULL,
        model TEXT NOT NULL,
        created_at REAL NOT NULL,
        -- The chat's shown_count when this message last became the leaf.
        shown INTEGER NOT NULL,
        writer_pid INTEGER,
        writer_started_at REAL,
        failure TEXT NOT NULL DEFAULT '',
        statistics TEXT,
        reasoning TEXT NOT NULL DEFAULT '',
        content TEXT NOT NULL
    );
INSERT INTO "message" VALUES(1,1,NULL,'user','complete','',1700000020.0,1,NULL,NULL,'',NULL,'','Wann säe ich Tomaten?');
INSERT INTO "message" VALUES(2,1,1,'assistant','complete','nemotron-4b',1700000030.0,8,NULL,NULL,'','{"prompt_tokens":30,"cached_tokens":12,"predicted_tokens":7,"predicted_per_s":25.5,"ttft_s":0.25}','hmhm','Im März. ');
INSERT INTO "message" VALUES(3,1,1,'assistant','complete','nemotron-4b',1700000050.0,3,NULL,NULL,'','{"prompt_tokens":30,"cached_tokens":12,"predicted_tokens":7,"predicted_per_s":25.5,"ttft_s":0.25}','','Ende Februar, im Haus. ');
INSERT INTO "message" VALUES(4,1,3,'user','complete','',1700000070.0,4,NULL,NULL,'',NULL,'','And outside? 花园 🌱');
INSERT INTO "message" VALUES(5,1,4,'assistant','stopped','nemotron-4b',1700000080.0,5,NULL,NULL,'','{"prompt_tokens":30,"cached_tokens":12,"predicted_tokens":7,"predicted_per_s":25.5,"ttft_s":0.25}','','After the last frost ');
INSERT INTO "message" VALUES(6,1,3,'user','complete','',1700000100.0,6,NULL,NULL,'',NULL,'','And in a pot?');
INSERT INTO "message" VALUES(7,1,6,'assistant','failed','nemotron-4b',1700000110.0,7,NULL,NULL,'No memory.','{"prompt_tokens":30,"cached_tokens":12,"predicted_tokens":7,"predicted_per_s":25.5,"ttft_s":0.25}','','Earlier ');
INSERT INTO "message" VALUES(8,4,NULL,'user','complete','',1700000160.0,1,NULL,NULL,'',NULL,'','thrown away');
INSERT INTO "message" VALUES(9,4,8,'assistant','complete','nemotron-4b',1700000170.0,2,NULL,NULL,'','{"prompt_tokens":30,"cached_tokens":12,"predicted_tokens":7,"predicted_per_s":25.5,"ttft_s":0.25}','','yes ');
INSERT INTO "message" VALUES(10,2,NULL,'user','complete','',1700000200.0,1,NULL,NULL,'',NULL,'','Go on');
INSERT INTO "message" VALUES(11,2,10,'assistant','writing','nemotron-4b',1700000210.0,2,5196,1795570457.4,'',NULL,'','');
CREATE INDEX message_by_parent ON message (parent_id, chat_id);
CREATE INDEX message_by_chat ON message (chat_id);
CREATE INDEX message_being_written ON message (status) WHERE status = 'writing';
CREATE INDEX chunk_by_message ON chunk (message_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('chat',4);
INSERT INTO "sqlite_sequence" VALUES('message',11);
COMMIT;
PRAGMA user_version = 1;
