package embedrl.models.media;

/** Smooths the edges between the blocks of a decoded VP8 frame (RFC 6386, section 15). */
final class Vp8LoopFilter {
    private static final int BETWEEN_MACROBLOCKS = 4;   // what edges between macroblocks are allowed more

    private Vp8LoopFilter() {}

    /** Filters the edges of the macroblock at the column and row; inner edges too if told so. The earlier macroblocks are filtered already. */
    static void filter(Vp8Frame frame, boolean simple, int column, int row, Vp8FilterStrength strength, boolean inner) {
        if (strength.limit() == 0) {
            return;
        }
        if (simple) {
            square(frame.luma(), true, 16 * column, 16 * row, 16, strength, inner);
        } else {
            square(frame.luma(), false, 16 * column, 16 * row, 16, strength, inner);
            square(frame.cb(), false, 8 * column, 8 * row, 8, strength, inner);
            square(frame.cr(), false, 8 * column, 8 * row, 8, strength, inner);
        }
    }

    private static void square(Vp8Plane plane, boolean simple, int x, int y, int size, Vp8FilterStrength strength, boolean inner) {
        int down = plane.stride();
        for (int i = x > 0 ? 0 : 4; i < (inner ? size : 1); i += 4) {
            edge(plane, simple, plane.at(x + i, y), 1, down, size, strength, i == 0);
        }
        for (int i = y > 0 ? 0 : 4; i < (inner ? size : 1); i += 4) {
            edge(plane, simple, plane.at(x, y + i), down, 1, size, strength, i == 0);
        }
    }

    // across: from one side of the edge to the other; along: to the next place of it.
    private static void edge(Vp8Plane plane, boolean simple, int start, int across, int along, int length, Vp8FilterStrength strength, boolean outer) {
        int limit = 2 * (outer ? strength.limit() + BETWEEN_MACROBLOCKS : strength.limit()) + 1;
        for (int i = 0, at = start; i < length; i++, at += along) {
            int before = plane.get(at - across);
            int after = plane.get(at);
            int before2 = plane.get(at - 2 * across);
            int after2 = plane.get(at + across);
            if (4 * Math.abs(before - after) + Math.abs(before2 - after2) > limit) {
                continue;
            }
            if (simple) {
                narrow(plane, at, across, 3 * (after - before) + signed(before2 - after2));
                continue;
            }
            int interior = strength.interior();
            int beforeStep = Math.abs(before2 - before);
            int afterStep = Math.abs(after2 - after);
            if (beforeStep > interior || afterStep > interior || !calm(plane, at, across, before2, after2, interior)) {
                continue;
            }
            if (beforeStep > strength.threshold() || afterStep > strength.threshold()) {
                narrow(plane, at, across, 3 * (after - before) + signed(before2 - after2));
            } else if (outer) {
                wide(plane, at, across, signed(3 * (after - before) + signed(before2 - after2)));
            } else {
                int step = narrow(plane, at, across, 3 * (after - before)) + 1 >> 1;
                plane.add(at - 2 * across, step);
                plane.add(at + across, -step);
            }
        }
    }

    private static boolean calm(Vp8Plane plane, int at, int across, int before2, int after2, int interior) {
        int before3 = plane.get(at - 3 * across);
        int after3 = plane.get(at + 2 * across);
        return Math.abs(before3 - before2) <= interior && Math.abs(after3 - after2) <= interior
                && Math.abs(plane.get(at - 4 * across) - before3) <= interior && Math.abs(plane.get(at + 3 * across) - after3) <= interior;
    }

    // Changes the two samples at the edge, and gives the step behind it.
    private static int narrow(Vp8Plane plane, int at, int across, int step) {
        int after = Math.clamp(step + 4 >> 3, -16, 15);
        int before = Math.clamp(step + 3 >> 3, -16, 15);
        plane.add(at - across, before);
        plane.add(at, -after);
        return after;
    }

    // Changes three samples on each side, by about 3/7, 2/7 and 1/7.
    private static void wide(Vp8Plane plane, int at, int across, int step) {
        for (int i = 0, weight = 27; i < 3; i++, weight -= 9) {
            int change = weight * step + 63 >> 7;
            plane.add(at - (1 + i) * across, change);
            plane.add(at + i * across, -change);
        }
    }

    private static int signed(int value) {
        return Math.clamp(value, -128, 127);
    }
}
