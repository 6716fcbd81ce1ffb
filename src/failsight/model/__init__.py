"""The nouns of Failsight: each is declared here once, frozen, and used by every room above."""
