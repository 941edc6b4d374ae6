package embedrl.tensor;

import java.util.List;

/** Operations that pick or place whole rows (everything behind the first axis) by INT32 index. A negative index picks zeros and places nothing. */
public sealed interface IndexOp extends Op {
    /** Rows of a table: table [V, ...], ids INT32 [N...] → [N..., ...], FLOAT32 where the table is narrow. An id ≥ V is an error when it runs. */
    record Gather(Tensor table, Tensor ids) implements IndexOp {
        public Gather {
            Check.rankAtLeast("gather", "table", table, 1);
            Check.int32("gather", "ids", ids);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(table, ids);
        }

        @Override
        public List<TensorType> outputs() {
            Shape row = table.shape().without(0, 1);
            return List.of(new TensorType(table.dtype().isNarrow() ? DType.FLOAT32 : table.dtype(), ids.shape().append(row.sizes())));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Gather(inputs.get(0), inputs.get(1));
        }
    }

    /** Rows added into zeros: values [N..., ...], ids INT32 [N...] → [rows, ...]; equal ids add up in the order of N. */
    record ScatterAdd(Tensor values, Tensor ids, int rows) implements IndexOp {
        public ScatterAdd {
            Check.float32("scatter_add", values);
            Check.int32("scatter_add", "ids", ids);
            Check.that(values.shape().rank() >= ids.shape().rank() && values.shape().range(0, ids.shape().rank()).equals(ids.shape()),
                    "scatter_add: values must begin with the axes of ids, got %s and %s", values.shape(), ids.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(values, ids);
        }

        @Override
        public List<TensorType> outputs() {
            Shape row = values.shape().without(0, ids.shape().rank());
            return List.of(TensorType.float32(Shape.of(rows).append(row.sizes())));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new ScatterAdd(inputs.get(0), inputs.get(1), rows);
        }
    }

    /**
     * A cache with values written into it: cache [B, S, ...], values [B, T, ...], starts INT32 [B] → cache with cache[b, starts[b] + t] = values[b, t].
     * A row whose start is negative stays as it is; rows beyond S are an error when it runs. As the update of a variable it writes in place.
     */
    record WriteRows(Tensor cache, Tensor values, Tensor starts) implements IndexOp {
        public WriteRows {
            Check.float32("write_rows", cache, values);
            Check.rankAtLeast("write_rows", "cache", cache, 2);
            Check.that(cache.shape().rank() == values.shape().rank() && cache.shape().with(1, 0).equals(values.shape().with(1, 0)),
                    "write_rows: cache and values must agree outside of axis 1, got %s and %s", cache.shape(), values.shape());
            Check.int32("write_rows", "starts", starts);
            Check.shape("write_rows", "starts", starts, Shape.of(cache.shape().size(0)));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(cache, values, starts);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(cache.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new WriteRows(inputs.get(0), inputs.get(1), inputs.get(2));
        }
    }
}
