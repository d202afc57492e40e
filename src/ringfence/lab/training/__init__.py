"""How the masking model is made: simulated operators → rows as the engine judged them → XGBoost → a model file.

operators ─► examples (engine records, truth labels) ─► fit ─► calibration ─► thresholds ─► model file, card
                       verdicts of analysts, if wanted ──┘
"""
