package embedrl.models.decoder;

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

/** A text decoder of the Qwen3 or Llama family; parameters are named as in its checkpoints ({@code model.*}, {@code lm_head.weight}). */
public final class Decoder extends LanguageModel {
    private final DecoderConfig config;
    private final Embedding embedding;
    private final List<DecoderLayer> layers = new ArrayList<>();
    private final RmsNorm norm;
    private final Linear head;

    /** A decoder with fresh weights, which take memory only when they are used before others are loaded. */
    public Decoder(DecoderConfig config, Seed seed) {
        this.config = config;
        embedding = child("model.embed_tokens", new Embedding(config.vocabSize(), config.hiddenSize(), seed.split("embed_tokens")));
        for (int i = 0; i < config.numHiddenLayers(); i++)
            layers.add(child("model.layers." + i, new DecoderLayer(config.attention(), config.intermediateSize(), config.mlpBias(), config.rmsNormEps(),
                    seed.split("layers").split(i))));
        norm = child("model.norm", new RmsNorm(config.hiddenSize(), config.rmsNormEps()));
        head = config.tieWordEmbeddings() ? null : child("lm_head", new Linear(config.hiddenSize(), config.vocabSize(), false, seed.split("lm_head")));
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public List<Tensor> states(PackedInputs in, IntFunction<AttentionContext> contexts) {
        Tensor x = embedding.forward(in.tokens());                                                          // [B, T, D], zeros at padding
        List<Tensor> states = new ArrayList<>(List.of(x));
        Rotary rotary = new Rotary(in.cos(), in.sin());
        for (int i = 0; i < layers.size(); i++) {
            x = layers.get(i).forward(x, rotary, in.lengths(), contexts.apply(i));
            states.add(x);
        }
        return states;
    }

    @Override
    protected Tensor normalized(Tensor state) {
        return norm.forward(state);
    }

    @Override
    public Tensor logits(Tensor hidden) {
        return head == null ? embedding.project(hidden) : head.forward(hidden);
    }

    @Override
    public Tensor tokenEmbedding() {
        return embedding.weight().tensor();
    }
}
