CREATE TABLE "spent_handovers" (
	"digest" "bytea" PRIMARY KEY NOT NULL,
	"spent_at" bigint NOT NULL
);
