package embedrl.tensor;

/** The elementwise functions of one argument. */
public enum UnaryKind {
    NEG, ABS, SIGN, FLOOR, SQUARE, SQRT, RSQRT, RECIPROCAL, EXP, LOG, SIN, COS, TANH, SIGMOID, ERF, RELU,
    /** x · sigmoid(x). */
    SILU,
    /** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
    GELU_TANH,
    /** x/2 · (1 + erf(x/√2)). */
    GELU_ERF,
    /** Φ(x) + x φ(x), the derivative of GELU_ERF: Φ and φ are the standard normal distribution and its density. */
    GELU_ERF_DERIVATIVE
}
