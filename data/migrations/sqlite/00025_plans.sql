-- +goose Up

-- What a wave sets out to collect: modes, targets, quotas and texts of consent, as survey.Plan in JSON.
ALTER TABLE waves ADD COLUMN plan TEXT NOT NULL DEFAULT '{}';
