package embedrl.models.bert;

import embedrl.nn.Initializer;
import embedrl.nn.LayerNorm;
import embedrl.nn.Linear;
import embedrl.nn.Module;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.Tensor;
import java.util.function.Function;

/** One encoder layer: full self-attention, then a feed-forward layer; each is added to its input and normalized after that. Source: Devlin et al. 2018. */
final class BertLayer extends Module {
    private final BertConfig config;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear attentionOutput;
    private final LayerNorm attentionNorm;
    private final Linear intermediate;
    private final Linear output;
    private final LayerNorm outputNorm;

    BertLayer(BertConfig config, Function<String, Initializer> weights) {
        this.config = config;
        int width = config.hiddenSize();
        query = child("attention.self.query", new Linear(width, width, true, weights.apply("query")));
        key = child("attention.self.key", new Linear(width, width, true, weights.apply("key")));
        value = child("attention.self.value", new Linear(width, width, true, weights.apply("value")));
        attentionOutput = child("attention.output.dense", new Linear(width, width, true, weights.apply("attention.output")));
        attentionNorm = child("attention.output.LayerNorm", new LayerNorm(width, config.layerNormEps()));
        intermediate = child("intermediate.dense", new Linear(width, config.intermediateSize(), true, weights.apply("intermediate")));
        output = child("output.dense", new Linear(config.intermediateSize(), width, true, weights.apply("output")));
        outputNorm = child("output.LayerNorm", new LayerNorm(width, config.layerNormEps()));
    }

    /** x [B, T, D], lengths INT32 [B] → [B, T, D]. */
    Tensor forward(Tensor x, Tensor lengths) {
        float scale = (float) (1 / Math.sqrt(config.headWidth()));
        Tensor y = Tensor.of(new ContractionOp.Attention(heads(query.forward(x)), heads(key.forward(x)), heads(value.forward(x)), lengths, scale, false), 0);
        Tensor attended = attentionNorm.forward(attentionOutput.forward(y.reshape(x.shape())).add(x));
        Tensor hidden = intermediate.forward(attended);
        Tensor active = switch (config.activation()) {
            case GELU -> hidden.geluErf();
            case GELU_TANH -> hidden.geluTanh();
            case RELU -> hidden.relu();
            case SILU -> hidden.silu();
        };
        return outputNorm.forward(output.forward(active).add(attended));
    }

    private Tensor heads(Tensor x) {
        return x.reshape(x.size(0), x.size(1), config.numAttentionHeads(), config.headWidth());
    }
}
