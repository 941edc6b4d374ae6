package embedrl.datasets.scenes;

import embedrl.datasets.Box;
import java.util.ArrayList;
import java.util.List;

/**
 * Is a place on the 4 × 4 grid of a scene, named A1 (top left) to D4: the letter is the column, the digit the row.
 *
 * @param column 0…3 from the left
 * @param row 0…3 from the top
 */
public record Cell(int column, int row) implements Comparable<Cell> {
    /** Cells along each side of a scene. */
    public static final int GRID = 4;
    /** All cells, row by row. */
    public static final List<Cell> ALL = all();

    public Cell {
        if (column < 0 || column >= GRID || row < 0 || row >= GRID) {
            throw new IllegalArgumentException("cell: column and row must be in 0…" + (GRID - 1) + ", got (" + column + ", " + row + ")");
        }
    }

    /** Reads a name such as "B2". */
    public static Cell of(String name) {
        if (!name.matches("[A-D][1-4]")) {
            throw new IllegalArgumentException("cell: the name must be A1 … D4, got '" + name + "'");
        }
        return new Cell(name.charAt(0) - 'A', name.charAt(1) - '1');
    }

    private static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (int row = 0; row < GRID; row++) {
            for (int column = 0; column < GRID; column++) {
                cells.add(new Cell(column, row));
            }
        }
        return List.copyOf(cells);
    }

    /** Returns the name, such as "B2". */
    public String word() {
        return "" + (char) ('A' + column) + (char) ('1' + row);
    }

    /** Returns the exact rectangle of the cell. */
    public Box box() {
        int side = Box.GRID / GRID;
        return new Box(column * side, row * side, (column + 1) * side, (row + 1) * side);
    }

    /** Orders row by row. */
    @Override
    public int compareTo(Cell other) {
        return Integer.compare(row * GRID + column, other.row * GRID + other.column);
    }
}
