package embedrl.nn;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Contrastive training with batches larger than memory: the loss sees all N embeddings at once, the model only one chunk at a time. A step
 * (1) computes all embeddings without a backward pass, (2) computes the loss and its gradient with respect to the matrix of embeddings,
 * (3) computes each chunk again and back-propagates its rows of that gradient, as the gradient of Σ E·dE, into the accumulated ones.
 * The result is that of one big batch; memory does not depend on N. With dropout, a chunk's inputs hold its seed, so that both passes draw the same masks.
 * Source: Gao et al. 2021, GradCache; Embed-RL, contrastive stage.
 */
public final class GradientCache implements AutoCloseable {
    private static final String UPSTREAM = "training.upstream";
    private static final String EMBEDDINGS = "training.embeddings";

    private final Training training;
    private final int rows;
    private final int width;
    private final Program loss;
    private final float[] embeddings;
    private final float[] gradient;

    /**
     * Compiles the loss.
     *
     * @param rows  N, embeddings in a step, such as all queries followed by all targets
     * @param width D, numbers per embedding
     * @param loss  records the scalar loss of the embeddings [N, D]; further inputs of it are set through {@link #loss()}
     */
    public GradientCache(Training training, int rows, int width, UnaryOperator<Tensor> loss) {
        this.training = training;
        this.rows = rows;
        this.width = width;
        Tensor all = Tensor.input(EMBEDDINGS, DType.FLOAT32, rows, width);
        Tensor value = loss.apply(all);
        this.loss = Program.builder().output("loss", value).output("gradient", Gradients.of(value, all)).compile(training.executor());
        this.embeddings = new float[rows * width];
        this.gradient = new float[rows * width];
    }

    /** The model compiled for one shape of chunk: an embedding pass and a gradient pass. */
    public static final class Encoder implements AutoCloseable {
        private final int rows;
        private final Program forward;
        private final AccumulateStep backward;
        private final float[] buffer;

        private Encoder(Training training, Tensor embeddings) {
            rows = embeddings.size(0);
            forward = Program.builder().output("embeddings", embeddings).compile(training.executor());
            Tensor upstream = Tensor.input(UPSTREAM, DType.FLOAT32, embeddings.shape().sizes());
            backward = training.compileAccumulate(embeddings.mul(upstream).sum());
            buffer = new float[embeddings.shape().count()];
        }

        @Override
        public void close() {
            forward.close();
            backward.close();
        }
    }

    /**
     * One chunk of a step.
     *
     * @param inputs sets the encoder's inputs; called twice, and must set the same values
     */
    public record Chunk(Encoder encoder, Consumer<Program> inputs) {
    }

    /** Compiles the model for a chunk: recorded embeddings [c, D] of inputs that {@link Chunk#inputs} sets. */
    public Encoder encoder(Tensor embeddings) {
        Shape shape = embeddings.shape();
        if (shape.rank() != 2 || shape.size(1) != width)
            throw new TensorException("gradient cache: embeddings must be [c, " + width + "], got " + shape);
        return new Encoder(training, embeddings);
    }

    /** The program of the loss, to set inputs of its own, such as a mask of false negatives. */
    public Program loss() {
        return loss;
    }

    /** Makes one optimizer step. The chunks' rows follow each other in the matrix of embeddings and fill it. */
    public StepResult step(List<Chunk> chunks, float learningRate) {
        int total = chunks.stream().mapToInt(chunk -> chunk.encoder().rows).sum();
        if (total != rows) throw new TensorException("gradient cache: the chunks must have " + rows + " rows together, got " + total);
        embed(chunks);
        loss.set(EMBEDDINGS, embeddings).run();
        loss.read("gradient", gradient);
        propagate(chunks);
        return new StepResult(loss.item("loss"), training.apply(learningRate), Map.of());
    }

    private void embed(List<Chunk> chunks) {
        int at = 0;
        for (Chunk chunk : chunks) {
            Encoder encoder = chunk.encoder();
            chunk.inputs().accept(encoder.forward);
            encoder.forward.run();
            encoder.forward.read("embeddings", encoder.buffer);
            System.arraycopy(encoder.buffer, 0, embeddings, at, encoder.buffer.length);
            at += encoder.buffer.length;
        }
    }

    private void propagate(List<Chunk> chunks) {
        int at = 0;
        for (Chunk chunk : chunks) {
            Encoder encoder = chunk.encoder();
            chunk.inputs().accept(encoder.backward.program());
            encoder.backward.set(UPSTREAM, Arrays.copyOfRange(gradient, at, at + encoder.buffer.length)).run(1);
            at += encoder.buffer.length;
        }
    }

    /** Releases the loss program; encoders are closed by their owners. */
    @Override
    public void close() {
        loss.close();
    }
}
