"""Long tables that stay where they are: counted by the engine that holds them, through narwhals."""
