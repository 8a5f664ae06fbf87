"""intercoder: source-reliability and bias annotation, from articles to agreement and Parquet.

Layers, each importing only downwards: ``front_door`` → ``cli``, ``api`` → ``terminal`` → ``loop`` →
``labelstudio``, ``export``, ``tables`` → ``study``, ``agreement``, ``consensus`` → ``corpus``, ``codebook`` →
``shipped``, ``files`` → ``errors``.
"""

__version__ = "0.2.0.dev0"
