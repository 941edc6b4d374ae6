package embedrl.models.media;

/** How pixels are predicted from those above and to the left; macroblocks and chroma know the first four (RFC 6386, sections 8 and 12). */
enum Vp8Mode {
    /** Their mean. */
    DC,
    /** Left plus above minus the corner. */
    TRUE_MOTION,
    /** From above. */
    VERTICAL,
    /** From the left. */
    HORIZONTAL,
    /** Diagonals, named by the direction in which they run. */
    DOWN_RIGHT, VERTICAL_RIGHT, DOWN_LEFT, VERTICAL_LEFT, HORIZONTAL_DOWN, HORIZONTAL_UP
}
