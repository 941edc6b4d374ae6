package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.IndexOp.Gather;
import embedrl.tensor.IndexOp.ScatterAdd;
import embedrl.tensor.IndexOp.WriteRows;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Samples of {@code IndexOp}: repeated and negative indices, index shapes of rank 0 to 2, tables of rank 1 to 3. */
final class IndexSamples {
    private IndexSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        int[][] tables = {{1, 7}, {11, 6}, {5}, {7, 3, 5}, {65, 33}};
        int[][] ids = {{1}, {9}, {2, 3}, {}, {3, 33}};
        for (int i = 0; i < tables.length; i++) {
            HostTensor table = Values.normal("table", tables[i]);
            HostTensor id = Values.ints("ids" + i, ids[i].length == 2 ? -2 : 0, tables[i][0], ids[i]);
            int rows = tables[i][0];
            samples.add(OpSample.of("gather " + table.shape() + " by " + id.shape(), in -> new Gather(in.get(0), in.get(1)), table, id)
                    .reduction(id.shape().count()).torch(in -> List.of(gather(in.get(0), in.get(1)))));
            HostTensor values = Values.normal("values", id.shape().append(table.shape().without(0, 1).sizes()).sizes());
            samples.add(OpSample.of("scatter_add " + values.shape() + " by " + id.shape() + " to " + rows, in -> new ScatterAdd(in.get(0), in.get(1), rows), values, id)
                    .reduction(id.shape().count()).torch(in -> List.of(scatterAdd(in.get(0), in.get(1), rows))));
        }
        samples.add(OpSample.of("gather INT32", in -> new Gather(in.get(0), in.get(1)), Values.ints("table", -9, 9, 5, 3), Values.ints("ids", 0, 5, 7))
                .torch(in -> List.of(in.get(0).get(in.get(1)))));
        for (DType type : DType.values()) {
            if (!type.isNarrow()) continue;
            HostTensor table = Narrow.normal(type, "table", 7, type == DType.BFLOAT16 ? 33 : 512);
            samples.add(OpSample.of("gather " + table.type(), in -> new Gather(Tensor.constant(table), in.getFirst()), Values.ints("ids", -1, 7, 3, 5))
                    .torch(in -> List.of(gather(in.getFirst().getManager().create(table.floats(), new ai.djl.ndarray.types.Shape(7, table.shape().size(1)))
                            .toType(DataType.FLOAT64, false), in.getFirst()))));
        }
        samples.add(writeRows(new int[] {2, 9, 3}, 4, 5, 0));
        samples.add(writeRows(new int[] {3, 7, 2, 5}, 1, 6, -1, 2));   // the middle row stays
        samples.add(writeRows(new int[] {1, 33}, 33, 0));
        return samples;
    }

    /** One-hot rows times the table; a negative index has a row of zeros. */
    private static NDArray gather(NDArray table, NDArray ids) {
        NDArray rows = oneHot(ids, table.getShape().get(0)).matMul(table.reshape(table.getShape().get(0), -1));
        return rows.reshape(ids.getShape().addAll(table.getShape().slice(1)));
    }

    private static NDArray scatterAdd(NDArray values, NDArray ids, int rows) {
        NDArray flat = values.reshape(ids.size(), -1);
        return oneHot(ids, rows).transpose().matMul(flat).reshape(new ai.djl.ndarray.types.Shape(rows).addAll(values.getShape().slice(ids.getShape().dimension())));
    }

    private static NDArray oneHot(NDArray ids, long classes) {
        NDArray flat = ids.reshape(-1, 1);
        return flat.eq(ids.getManager().arange(0, (int) classes, 1, DataType.INT64).reshape(1, -1)).toType(DataType.FLOAT64, false);
    }

    private static OpSample writeRows(int[] cache, int count, int... starts) {
        int[] written = cache.clone();
        written[1] = count;
        return OpSample.of("write_rows " + count + " into " + Shape.of(cache), in -> new WriteRows(in.get(0), in.get(1), in.get(2)), Values.normal("cache", cache),
                        Values.normal("values", written), HostTensor.ofInts(Shape.of(starts.length), starts))
                .gradients().torch(in -> List.of(IntStream.range(0, starts.length).mapToObj(b -> {
                    NDArray row = in.get(0).get(b + ":" + (b + 1));
                    if (starts[b] < 0) return row;
                    NDArray values = in.get(1).get(b + ":" + (b + 1));
                    NDArray head = MovementSamples.slice(row, 1, 0, starts[b]);
                    NDArray tail = MovementSamples.slice(row, 1, starts[b] + count, cache[1]);
                    return head.concat(values, 1).concat(tail, 1);
                }).reduce((a, b) -> a.concat(b, 0)).orElseThrow()));
    }
}
