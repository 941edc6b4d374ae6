package embedrl.models.media;

/** Predicts luma blocks of 4 × 4 from the samples around them (RFC 6386, section 12.3). */
final class Vp8Subblocks {
    // The edge runs from the lowest sample to the left over the corner to the eighth above.
    private static final int CORNER = 4;
    private static final int ABOVE = 5;
    private static final int EDGE = 13;

    private final Vp8Plane plane;
    private final int[] edge = new int[EDGE];
    private final int[] right = new int[4];

    Vp8Subblocks(Vp8Plane plane) {
        this.plane = plane;
    }

    /**
     * Begins a macroblock: the four samples above it to its right serve all four rows of its last column. At the right edge the last sample above takes
     * their place.
     */
    void begin(int x, int y) {
        int above = plane.at(x, y - 1);
        boolean last = x + 16 == plane.width() && y > 0;
        for (int i = 0; i < 4; i++) {
            right[i] = plane.get(last ? above + 15 : above + 16 + i);
        }
    }

    /** Predicts the block at x and y. */
    void predict(int x, int y, Vp8Mode mode) {
        gather(x, y);
        int mean = mean();
        for (int row = 0; row < 4; row++) {
            int at = plane.at(x, y + row);
            for (int column = 0; column < 4; column++) {
                plane.set(at + column, switch (mode) {
                    case DC -> mean;
                    case TRUE_MOTION -> Vp8Plane.clamp(edge[ABOVE + column] + edge[3 - row] - edge[CORNER]);
                    case VERTICAL -> smooth(ABOVE + column);
                    case HORIZONTAL -> smooth(3 - row);
                    case DOWN_RIGHT -> smooth(CORNER + column - row);
                    case DOWN_LEFT -> smooth(ABOVE + 1 + column + row);
                    case VERTICAL_RIGHT -> verticalRight(column, row);
                    case VERTICAL_LEFT -> verticalLeft(column, row);
                    case HORIZONTAL_DOWN -> horizontalDown(column, row);
                    case HORIZONTAL_UP -> horizontalUp(column + 2 * row);
                });
            }
        }
    }

    private void gather(int x, int y) {
        int above = plane.at(x, y - 1);
        boolean lastColumn = (x & 12) == 12;
        for (int i = 0; i < 4; i++) {
            edge[3 - i] = plane.get(plane.at(x - 1, y + i));
            edge[ABOVE + i] = plane.get(above + i);
            edge[ABOVE + 4 + i] = lastColumn ? right[i] : plane.get(above + 4 + i);
        }
        edge[CORNER] = plane.get(above - 1);
    }

    private int mean() {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
            sum += edge[i] + edge[ABOVE + i];
        }
        return sum >> 3;
    }

    // Weights 1, 2, 1; both ends of the edge go on.
    private int smooth(int at) {
        return edge[Math.max(at - 1, 0)] + 2 * edge[at] + edge[Math.min(at + 1, EDGE - 1)] + 2 >> 2;
    }

    // A sample and the next.
    private int between(int at) {
        return edge[at] + edge[at + 1] + 1 >> 1;
    }

    private int verticalRight(int column, int row) {
        if (column == 0 && row > 1) {
            return smooth(CORNER + 1 - row);
        }
        int at = CORNER + column - (row >> 1);
        return (row & 1) == 0 ? between(at) : smooth(at);
    }

    private int verticalLeft(int column, int row) {
        if (column == 3 && row > 1) {
            return smooth(ABOVE + 3 + row);
        }
        int at = ABOVE + column + (row >> 1);
        return (row & 1) == 0 ? between(at) : smooth(at + 1);
    }

    private int horizontalDown(int column, int row) {
        if (row == 0 && column > 1) {
            return smooth(CORNER - 1 + column);
        }
        int at = CORNER - row + (column >> 1);
        return (column & 1) == 0 ? between(at - 1) : smooth(at);
    }

    private int horizontalUp(int place) {
        int at = 3 - (place >> 1);
        if (at <= 0) {
            return edge[0];
        }
        return (place & 1) == 0 ? between(at - 1) : smooth(at - 1);
    }
}
