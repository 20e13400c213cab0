"""Work in the background: one interface, an embedded engine on SQLite, Procrastinate on PostgreSQL."""
