"""intercoder: source-reliability and bias annotation, from articles to agreement and Parquet.

Layers, each importing only downwards: ``cli`` → ``loop`` → ``labelstudio``, ``export``, ``report`` → ``study``,
``agreement`` → ``corpus``, ``codebook`` → ``shipped`` → ``errors``.
"""

__version__ = "0.2.0.dev0"
