package embedrl.benchmarks;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Matrix products of Jlama's tensor operations. It multiplies rows of the left with rows of the right operand and nothing else, so it is given the right operand
 * transposed in memory whatever the case says; transposing is not timed. Products with a transposed left operand it has none.
 */
final class JlamaGemm extends GemmSide {
    private final Jlama jlama;
    private final int threads;

    JlamaGemm(int threads, boolean pure, boolean quick) throws PeerMissing {
        super(quick);
        this.threads = threads;
        jlama = Jlama.open(threads, pure);
    }

    private record Operands(AbstractTensor a, AbstractTensor b, AbstractTensor y) {
    }

    @Override
    Product product(GemmCase c) {
        if (c.transposeA()) throw new UnsupportedOperationException("has no product with a transposed left operand");
        if (c.k() % 32 != 0) throw new UnsupportedOperationException("its kernels in Java need inner sizes of whole vectors, " + c.k() + " is none");
        float[] left = GemmCase.values(c.batch() * c.m() * c.k());
        float[] right = GemmCase.values(c.batch() * c.k() * c.n());
        List<Operands> batch = new ArrayList<>();
        for (int e = 0; e < c.batch(); e++)
            batch.add(new Operands(tensor(left, e * c.m() * c.k(), c.m(), c.k(), false), tensor(right, e * c.k() * c.n(), c.n(), c.k(), !c.transposeB()),
                    new FloatBufferTensor(c.m(), c.n())));
        return new Product() {
            @Override
            public void run() {
                if (batch.size() > 1) VectorMath.pfor(0, batch.size(), e -> multiply(batch.get(e), 0, c.n()));
                else VectorMath.pfor(0, threads, t -> multiply(batch.getFirst(), c.n() * t / threads, c.n() * (t + 1) / threads));
            }

            @Override
            public float[] result() {
                float[] result = new float[c.batch() * c.m() * c.n()];
                for (int i = 0; i < result.length; i++) result[i] = batch.get(i / (c.m() * c.n())).y.get(i / c.n() % c.m(), i % c.n());
                return result;
            }
        };
    }

    /** Columns of a result. */
    private void multiply(Operands o, int from, int to) {
        jlama.operations().dotProductChunk(o.y, o.a, o.b, 0, o.a.shape().last(), from, to - from);
    }

    private static AbstractTensor tensor(float[] values, int from, int rows, int columns, boolean transpose) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(4 * rows * columns).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < rows; i++) for (int j = 0; j < columns; j++) buffer.put(values[from + (transpose ? j * rows + i : i * columns + j)]);
        return new FloatBufferTensor(buffer.flip(), TensorShape.of(rows, columns), true);
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", jlama.name());
    }
}
