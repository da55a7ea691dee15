"""Gates: what a run is held against, judged by its figures. Pure: a summary goes in, a verdict comes out."""
