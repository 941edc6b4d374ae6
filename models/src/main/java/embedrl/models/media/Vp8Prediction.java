package embedrl.models.media;

/** Predicts a macroblock's luma as a whole, or its chroma, from the samples around it (RFC 6386, sections 12.2 and 12.3). */
final class Vp8Prediction {
    private Vp8Prediction() {}

    /** Predicts the square of 8 or 16 at x and y. */
    static void predict(Vp8Plane plane, int x, int y, int size, Vp8Mode mode) {
        int above = plane.at(x, y - 1);
        switch (mode) {
            case DC -> {
                int mean = mean(plane, x, y, size);
                for (int row = 0; row < size; row++) {
                    plane.fill(plane.at(x, y + row), size, mean);
                }
            }
            case VERTICAL -> {
                for (int row = 0; row < size; row++) {
                    plane.copy(above, plane.at(x, y + row), size);
                }
            }
            case HORIZONTAL -> {
                for (int row = 0; row < size; row++) {
                    int at = plane.at(x, y + row);
                    plane.fill(at, size, plane.get(at - 1));
                }
            }
            case TRUE_MOTION -> {
                int corner = plane.get(above - 1);
                for (int row = 0; row < size; row++) {
                    int at = plane.at(x, y + row);
                    int step = plane.get(at - 1) - corner;
                    for (int column = 0; column < size; column++) {
                        plane.set(at + column, Vp8Plane.clamp(plane.get(above + column) + step));
                    }
                }
            }
            default -> throw new IllegalStateException("WebP: " + mode + " predicts blocks of 4 × 4 alone");
        }
    }

    // The border does not count.
    private static int mean(Vp8Plane plane, int x, int y, int size) {
        if (x == 0 && y == 0) {
            return 128;
        }
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += y == 0 ? 0 : plane.get(plane.at(x + i, y - 1));
            sum += x == 0 ? 0 : plane.get(plane.at(x - 1, y + i));
        }
        int count = x == 0 || y == 0 ? size : 2 * size;
        return (sum + count / 2) / count;
    }
}
