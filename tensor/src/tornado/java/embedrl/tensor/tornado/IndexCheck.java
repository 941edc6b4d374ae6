package embedrl.tensor.tornado;

/** What a kernel holds an index against, with the words of the reference executor for one that does not fit. */
sealed interface IndexCheck {
    /** The message for an index that came at a row. */
    String message(int index, int row);

    record Row(String operation, int rows) implements IndexCheck {
        @Override
        public String message(int index, int row) {
            return operation + ": index " + index + " is outside of 0.." + (rows - 1);
        }
    }

    record Target(int classes) implements IndexCheck {
        @Override
        public String message(int index, int row) {
            return "cross_entropy: target " + index + " of row " + row + " is outside of " + classes + " classes";
        }
    }

    record Write(int count, int capacity) implements IndexCheck {
        @Override
        public String message(int index, int row) {
            return "write_rows: rows " + index + ".." + (index + count - 1) + " do not fit into a cache of " + capacity + " rows";
        }
    }
}
