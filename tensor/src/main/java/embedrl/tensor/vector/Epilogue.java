package embedrl.tensor.vector;

/** What is done to the elements of a matrix product as soon as they are complete, by the thread that completed them. */
@FunctionalInterface
interface Epilogue {
    /** Nothing. */
    Epilogue NONE = (row, rows, column, columns) -> { };

    /** Takes over a block of the product. In a batch, rows count through all products. */
    void apply(int row, int rows, int column, int columns);
}
