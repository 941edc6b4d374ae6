package embedrl.models.bert;

import embedrl.nn.Embedding;
import embedrl.nn.Initializer;
import embedrl.nn.Initializers;
import embedrl.nn.LayerNorm;
import embedrl.nn.Linear;
import embedrl.nn.Module;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A BERT encoder: word, segment and position embeddings, then post-norm layers; parameters are named as in Hugging Face checkpoints. Source: Devlin et al. 2018. */
public final class BertEncoder extends Module {
    private final BertConfig config;
    private final Embedding words;
    private final Embedding positions;
    private final Embedding types;
    private final LayerNorm norm;
    private final List<BertLayer> layers = new ArrayList<>();
    private final Linear pooler;   // null where the checkpoint has none

    /** Random weights, as BERT begins: normal with standard deviation 0.02. */
    public BertEncoder(BertConfig config, Seed seed) {
        this(config, name -> Initializers.normal(0.02, seed.split(name)));
    }

    /** Weights of zero, for loading. */
    static BertEncoder zeros(BertConfig config) {
        return new BertEncoder(config, _ -> Initializers.zeros());
    }

    private BertEncoder(BertConfig config, Function<String, Initializer> weights) {
        this.config = config;
        int width = config.hiddenSize();
        words = child("embeddings.word_embeddings", new Embedding(config.vocabSize(), width, weights.apply("words")));
        positions = child("embeddings.position_embeddings", new Embedding(config.maxPositionEmbeddings(), width, weights.apply("positions")));
        types = child("embeddings.token_type_embeddings", new Embedding(config.typeVocabSize(), width, weights.apply("types")));
        norm = child("embeddings.LayerNorm", new LayerNorm(width, config.layerNormEps()));
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            String layer = "layer." + i + ".";
            layers.add(child("encoder.layer." + i, new BertLayer(config, part -> weights.apply(layer + part))));
        }
        pooler = config.pooler() ? child("pooler.dense", new Linear(width, width, true, weights.apply("pooler"))) : null;
    }

    public BertConfig config() {
        return config;
    }

    /** Hidden states [B, T, D] after the last layer; at padding they mean nothing. */
    public Tensor hidden(BertInputs in) {
        return states(in).getLast();
    }

    /** The embeddings [B, T, D], then the states after each layer. */
    public List<Tensor> states(BertInputs in) {
        Tensor x = embeddings(in);
        List<Tensor> states = new ArrayList<>(List.of(x));
        for (BertLayer layer : layers) {
            x = layer.forward(x, in.lengths());
            states.add(x);
        }
        return states;
    }

    private Tensor embeddings(BertInputs in) {
        int length = in.tokens().size(1);
        if (length > config.maxPositionEmbeddings())
            throw new TensorException("bert: a sequence has at most " + config.maxPositionEmbeddings() + " tokens (max_position_embeddings), got " + length + "; truncate it");
        Tensor placed = in.positions() == null ? positions.weight().tensor().slice(0, 0, length) : positions.forward(in.positions());
        return norm.forward(words.forward(in.tokens()).add(types.forward(in.types())).add(placed));
    }

    /** tanh of the pooler's dense layer at the first position: hidden [B, T, D] → [B, D]. Not part of embeddings. */
    public Tensor pooled(Tensor hidden) {
        if (pooler == null) throw new TensorException("bert: the encoder has no pooler");
        return pooler.forward(hidden.slice(1, 0, 1).reshape(hidden.size(0), hidden.size(2))).tanh();
    }
}
