package embedrl.tensor;

/** The elementwise functions of two arguments. Comparisons give 1 or 0. */
public enum BinaryKind {
    ADD, SUB, MUL, DIV, MAX, MIN, POW, LESS, LESS_EQUAL, EQUAL
}
