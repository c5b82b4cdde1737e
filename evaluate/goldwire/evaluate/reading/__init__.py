"""Documents and predictions as the evaluator reads them: lean, in pairs, in blocks."""
