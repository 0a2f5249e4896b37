-- +goose Up

-- How many had answered each question when the public copy showed it last, as varints; empty where that is what the copy counts.
ALTER TABLE tally_steps ADD COLUMN seen BLOB NOT NULL DEFAULT x'';
