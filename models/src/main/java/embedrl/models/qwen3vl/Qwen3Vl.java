package embedrl.models.qwen3vl;

import embedrl.models.decoder.DecoderLayer;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedInputs;
import embedrl.nn.AttentionContext;
import embedrl.nn.Embedding;
import embedrl.nn.Linear;
import embedrl.nn.RmsNorm;
import embedrl.nn.Rotary;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A vision-language decoder of the Qwen3-VL family; parameters are named as in its checkpoints. Visual tokens stand in the token row at placeholders;
 * deepstack features are added there after the first text layers.
 */
public final class Qwen3Vl extends LanguageModel {
    /** Visual tokens of all image groups, one after the other: [V, D] for the token row, and for each deepstack level. */
    private record VisualRows(Tensor merged, List<Tensor> deepstack) {
    }

    private final Qwen3VlConfig config;
    private final VisionTower vision;
    private final Embedding embedding;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final RmsNorm norm;
    private final Linear head;

    public Qwen3Vl(Qwen3VlConfig config, Seed seed) {
        this.config = config;
        TextConfig text = config.text();
        vision = child("model.visual", new VisionTower(config.vision(), seed.split("visual")));
        embedding = child("model.language_model.embed_tokens", new Embedding(text.vocabSize(), text.hiddenSize(), seed.split("embed_tokens")));
        for (int i = 0; i < text.numHiddenLayers(); i++)
            layers.add(child("model.language_model.layers." + i, text.layer(seed.split("layers").split(i))));
        norm = child("model.language_model.norm", new RmsNorm(text.hiddenSize(), text.rmsNormEps()));
        head = config.tieWordEmbeddings() ? null : child("lm_head", new Linear(text.hiddenSize(), text.vocabSize(), false, seed.split("lm_head")));
    }

    @Override
    public Qwen3VlConfig config() {
        return config;
    }

    @Override
    protected Tensor normalized(Tensor state) {
        return norm.forward(state);
    }

    /** Every intermediate value of the forward pass. */
    public Qwen3VlTrace trace(PackedInputs in) {
        List<Tensor> states = states(in);
        Tensor hidden = norm.forward(states.getLast());
        return new Qwen3VlTrace(features(in), states, hidden, logits(hidden));
    }

    /** The states after the first layers have their deepstack features added. */
    @Override
    public List<Tensor> states(PackedInputs in, IntFunction<AttentionContext> contexts) {
        int batch = in.tokens().size(0);
        int tokens = in.tokens().size(1);
        int width = config.text().hiddenSize();
        Tensor x = embedding.forward(in.tokens());                                                          // [B, T, D], zeros at placeholders
        List<Tensor> deepstack = List.of();
        if (!in.visuals().isEmpty()) {
            VisualRows features = visual(in);
            x = x.add(placed(features.merged(), in, batch, tokens, width));
            deepstack = features.deepstack();
        }
        List<Tensor> states = new ArrayList<>(List.of(x));
        Rotary rotary = new Rotary(in.cos(), in.sin());
        for (int i = 0; i < layers.size(); i++) {
            x = layers.get(i).forward(x, rotary, in.lengths(), contexts.apply(i));
            if (i < deepstack.size()) x = x.add(placed(deepstack.get(i), in, batch, tokens, width));
            states.add(x);
        }
        return states;
    }

    @Override
    public Tensor tokenEmbedding() {
        return embedding.weight().tensor();
    }

    /** Visual tokens of all image groups, one after the other: [V, D]. */
    public Tensor visualTokens(PackedInputs in) {
        return visual(in).merged();
    }

    /** Features of each image group. */
    private List<Qwen3VlTrace.Vision> features(PackedInputs in) {
        return in.visuals().stream().map(g -> vision.forward(g.patches(), g.rows(), g.columns())).toList();
    }

    private VisualRows visual(PackedInputs in) {
        List<Qwen3VlTrace.Vision> groups = features(in);
        Tensor merged = joined(groups.stream().map(Qwen3VlTrace.Vision::merged).toList());
        List<Tensor> deepstack = new ArrayList<>();
        for (int level = 0; level < groups.getFirst().deepstack().size(); level++) {
            int l = level;
            deepstack.add(joined(groups.stream().map(g -> g.deepstack().get(l)).toList()));
        }
        return new VisualRows(merged, deepstack);
    }

    private static Tensor joined(List<Tensor> parts) {
        return parts.size() == 1 ? parts.getFirst() : Tensor.concat(0, parts.toArray(Tensor[]::new));
    }

    private static Tensor placed(Tensor features, PackedInputs in, int batch, int tokens, int width) {
        return features.scatterAdd(in.visualAt(), batch * tokens).reshape(batch, tokens, width);
    }

    @Override
    public Tensor logits(Tensor hidden) {
        return head == null ? hidden.matmulTransposed(embedding.weight().tensor()) : head.forward(hidden);
    }
}
