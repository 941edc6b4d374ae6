package embedrl.benchmarks;

import static embedrl.benchmarks.TrainingTask.BATCH;
import static embedrl.benchmarks.TrainingTask.HEADS;
import static embedrl.benchmarks.TrainingTask.HIDDEN;
import static embedrl.benchmarks.TrainingTask.NORM_EPSILON;
import static embedrl.benchmarks.TrainingTask.TOKENS;
import static embedrl.benchmarks.TrainingTask.VOCABULARY;
import static embedrl.benchmarks.TrainingTask.WIDTH;

import embedrl.nn.Embedding;
import embedrl.nn.LayerNorm;
import embedrl.nn.Linear;
import embedrl.nn.Module;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decoder with learned positions, pre-norm blocks and a head of its own. Parts: e, p, b.N (n1, n2, qkv, o, up, down), n, h. */
final class Decoder extends Module {
    private static final int HEAD_WIDTH = WIDTH / HEADS;

    private final Embedding words;
    private final Embedding positions;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final Linear head;

    Decoder(Seed seed) {
        words = child("e", new Embedding(VOCABULARY, WIDTH, seed.split("e")));
        positions = child("p", new Embedding(TOKENS, WIDTH, seed.split("p")));
        for (int i = 0; i < TrainingTask.LAYERS; i++) blocks.add(child("b." + i, new Block(seed.split(i))));
        norm = child("n", new LayerNorm(WIDTH, NORM_EPSILON));
        head = child("h", new Linear(WIDTH, VOCABULARY, true, seed.split("h")));
    }

    /** INT32 [B, T] → [B, T, V]. */
    Tensor logits(Tensor tokens) {
        Tensor x = words.forward(tokens).add(positions.weight().tensor());
        for (Block block : blocks) x = block.forward(x);
        return head.forward(norm.forward(x));
    }

    private static final class Block extends Module {
        private final LayerNorm attentionNorm;
        private final LayerNorm mlpNorm;
        private final Linear qkv;
        private final Linear output;
        private final Linear up;
        private final Linear down;

        Block(Seed seed) {
            attentionNorm = child("n1", new LayerNorm(WIDTH, NORM_EPSILON));
            mlpNorm = child("n2", new LayerNorm(WIDTH, NORM_EPSILON));
            qkv = child("qkv", new Linear(WIDTH, 3 * WIDTH, true, seed.split("qkv")));
            output = child("o", new Linear(WIDTH, WIDTH, true, seed.split("o")));
            up = child("up", new Linear(WIDTH, HIDDEN, true, seed.split("up")));
            down = child("down", new Linear(HIDDEN, WIDTH, true, seed.split("down")));
        }

        /** [B, T, D] → [B, T, D]. */
        Tensor forward(Tensor x) {
            Tensor fused = qkv.forward(attentionNorm.forward(x));
            int[] lengths = new int[BATCH];
            Arrays.fill(lengths, TOKENS);
            Tensor y = Tensor.of(new ContractionOp.Attention(part(fused, 0), part(fused, 1), part(fused, 2), Tensor.ofInts(Shape.of(BATCH), lengths),
                    (float) (1 / Math.sqrt(HEAD_WIDTH)), true), 0);
            x = x.add(output.forward(y.reshape(BATCH, TOKENS, WIDTH)));
            return x.add(down.forward(up.forward(mlpNorm.forward(x)).geluErf()));
        }

        private static Tensor part(Tensor fused, int index) {
            return fused.slice(2, index * WIDTH, (index + 1) * WIDTH).reshape(BATCH, TOKENS, HEADS, HEAD_WIDTH);
        }
    }
}
