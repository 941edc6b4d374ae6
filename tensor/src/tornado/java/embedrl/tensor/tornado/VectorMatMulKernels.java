package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Matrix products for processors: an item computes a block of 8 rows and 16 columns whose sums are eight vectors in registers, without local memory and barriers. Rows of B
 * must lie side by side; a transposed B is packed first. Blocks at the lower and right edge are moved inwards, so that the same sums are computed twice instead of a
 * part of a block: no loop has a remainder.
 */
final class VectorMatMulKernels {
    static final int ROWS = 8;
    static final int COLUMNS = Vectors.ELEMENTS;

    private VectorMatMulKernels() {
    }

    /** [items, n, k, B, B row stride, B column stride, B batch stride, packed, panels]: packed[batch, panel, p, 0…15] = B[p, first column of the panel + 0…15]; an item per 16 elements. */
    static void pack(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int depth = n.get(r + 2);
            int panels = n.get(r + 8);
            int whole = i / depth;   // batch · panels + panel
            int p = i - whole * depth;
            int batch = whole / panels;
            int column = firstOf(whole - batch * panels, COLUMNS, n.get(r + 1));
            int step = n.get(r + 5);
            int from = n.get(r + 3) + batch * n.get(r + 6) + p * n.get(r + 4) + column * step;
            int to = n.get(r + 7) + i * COLUMNS;
            for (int j = 0; j < 16; j++) a.set(to + j, a.get(from + j * step));
        }
    }

    /** Where block {@code number} of a side of {@code size} begins. */
    private static int firstOf(int number, int block, int size) {
        int first = number * block;
        return first < size - block ? first : size - block;
    }

    /**
     * [m, n, k, A, A row stride, A column stride, A batch stride, B, B row stride, B panel stride or 0, B batch stride, y, blocks along m, panels along n]. A panel stride of 0
     * says that B was not packed: its panels begin at their columns.
     */
    static void product(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int rows = n.get(r);
        int columns = n.get(r + 1);
        int depth = n.get(r + 2);
        int rowA = n.get(r + 4);
        int columnA = n.get(r + 5);
        int rowB = n.get(r + 8);
        int blocks = n.get(r + 12);
        int panels = n.get(r + 13);
        int whole = c.groupIdx / blocks;   // batch · panels + panel: the blocks of a panel follow each other
        int batch = whole / panels;
        int panel = whole - batch * panels;
        int row = firstOf(c.groupIdx - whole * blocks, ROWS, rows);
        int column = firstOf(panel, COLUMNS, columns);
        int right = n.get(r + 7) + batch * n.get(r + 10) + (n.get(r + 9) == 0 ? column : panel * n.get(r + 9));
        int left = n.get(r + 3) + batch * n.get(r + 6) + row * rowA;
        Float16 s0 = Vectors.zeros();
        Float16 s1 = Vectors.zeros();
        Float16 s2 = Vectors.zeros();
        Float16 s3 = Vectors.zeros();
        Float16 s4 = Vectors.zeros();
        Float16 s5 = Vectors.zeros();
        Float16 s6 = Vectors.zeros();
        Float16 s7 = Vectors.zeros();
        for (int p = 0; p < depth; p++) {
            Float16 b = Vectors.load(a, right);
            s0 = Float16.add(s0, Float16.mult(b, a.get(left)));
            s1 = Float16.add(s1, Float16.mult(b, a.get(left + rowA)));
            s2 = Float16.add(s2, Float16.mult(b, a.get(left + 2 * rowA)));
            s3 = Float16.add(s3, Float16.mult(b, a.get(left + 3 * rowA)));
            s4 = Float16.add(s4, Float16.mult(b, a.get(left + 4 * rowA)));
            s5 = Float16.add(s5, Float16.mult(b, a.get(left + 5 * rowA)));
            s6 = Float16.add(s6, Float16.mult(b, a.get(left + 6 * rowA)));
            s7 = Float16.add(s7, Float16.mult(b, a.get(left + 7 * rowA)));
            left = left + columnA;
            right = right + rowB;
        }
        int y = n.get(r + 11) + batch * rows * columns + row * columns + column;
        Vectors.store(a, y, s0);
        Vectors.store(a, y + columns, s1);
        Vectors.store(a, y + 2 * columns, s2);
        Vectors.store(a, y + 3 * columns, s3);
        Vectors.store(a, y + 4 * columns, s4);
        Vectors.store(a, y + 5 * columns, s5);
        Vectors.store(a, y + 6 * columns, s6);
        Vectors.store(a, y + 7 * columns, s7);
    }
}
