package embedrl.models.bert;

import embedrl.models.bert.BertConfig.Activation;
import embedrl.models.onnx.OnnxModel;
import embedrl.models.onnx.OnnxNode;
import embedrl.models.onnx.OnnxTensor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a BERT encoder's parameters and sizes in an exported graph. Exporters keep the names of most parameters, but a weight that a matrix product reads
 * often stands transposed under a name like {@code onnx::MatMul_123}. Then the bias added to the product names it, or else the operation's path of modules.
 */
final class BertGraph {
    private static final Pattern PARAMETER = Pattern.compile("(?:.*\\.)?((?:embeddings|encoder|pooler)\\..+\\.(?:weight|bias))");
    private static final Pattern PATH = Pattern.compile(".*?/((?:encoder|pooler)/.+)/(?:MatMul|Gemm)(?:_\\d+)?");
    private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d{1,6})\\..*");
    private static final Set<String> QUANTIZED = Set.of("MatMulInteger", "DynamicQuantizeLinear", "DequantizeLinear", "QLinearMatMul", "MatMulNBits", "QAttention");

    private final OnnxModel model;
    private final Map<String, OnnxTensor> constants = new HashMap<>();
    private final Map<String, OnnxNode> makers = new HashMap<>();
    private final Map<String, BertWeights.Entry> parameters = new LinkedHashMap<>();
    private final Map<String, String> biases = new HashMap<>();   // by the value they are added to

    BertGraph(OnnxModel model) {
        this.model = model;
        constants.putAll(model.initializers());
        for (OnnxNode node : model.nodes()) {
            if (QUANTIZED.contains(node.operation()))
                throw error("the graph is quantized (" + node.operation() + "); take the float32 or float16 export");
            for (String output : node.outputs()) makers.put(output, node);
            String output = node.outputs().isEmpty() ? "" : node.outputs().getFirst();
            if (node.operation().equals("Constant") && node.tensors().containsKey("value")) constants.put(output, node.tensors().get("value"));
            // Equal tensors are stored once, and other names lead to them; halves are cast before use.
            if ((node.operation().equals("Identity") || node.operation().equals("Cast")) && !node.inputs().isEmpty() && constants.containsKey(node.inputs().getFirst()))
                constants.put(output, constants.get(node.inputs().getFirst()));
        }
        for (String name : List.copyOf(constants.keySet())) {
            Matcher known = PARAMETER.matcher(name);
            if (known.matches()) put(known.group(1), constants.get(name), false);
        }
        model.nodes().forEach(this::readBias);
        model.nodes().forEach(this::readProduct);
    }

    private void readBias(OnnxNode node) {
        if (!node.operation().equals("Add") || node.inputs().size() != 2) return;
        for (int i = 0; i < 2; i++) {
            OnnxTensor added = constants.get(node.inputs().get(i));
            if (added != null && added.shape().length == 1) biases.putIfAbsent(node.inputs().get(1 - i), node.inputs().get(i));
        }
    }

    private void put(String name, OnnxTensor tensor, boolean transposed) {
        if (tensor.type() == OnnxTensor.Type.INT64) return;
        tensor.count();   // a shape that no array can hold is this tensor's error
        int[] shape = tensor.shape();
        Shape own = transposed ? Shape.of(shape[1], shape[0]) : Shape.of(shape);
        parameters.putIfAbsent(name, new BertWeights.Entry(own, () -> HostTensor.of(own, transposed ? transposed(tensor.floats(), shape[0], shape[1]) : tensor.floats())));
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] result = new float[values.length];
        for (int r = 0; r < rows; r++) for (int c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
        return result;
    }

    /** Names the weight that a product with a constant matrix reads. */
    private void readProduct(OnnxNode node) {
        boolean gemm = node.operation().equals("Gemm");
        if (!gemm && !node.operation().equals("MatMul") || node.inputs().size() < 2 || node.outputs().isEmpty()) return;
        String weight = node.inputs().get(1);
        OnnxTensor tensor = constants.get(weight);
        if (tensor == null || tensor.shape().length != 2 || PARAMETER.matcher(weight).matches()) return;
        String bias = gemm ? node.inputs().size() > 2 ? node.inputs().get(2) : "" : biases.getOrDefault(node.outputs().getFirst(), "");
        Matcher named = PARAMETER.matcher(bias);
        String module = null;
        if (named.matches() && bias.endsWith(".bias")) module = named.group(1).substring(0, named.group(1).length() - ".bias".length());
        else {
            Matcher path = PATH.matcher(node.name());
            if (path.matches()) module = path.group(1).replace('/', '.');
        }
        if (module == null)
            throw error("the weight '" + weight + "' of '" + node.name() + "' belongs to no known layer: neither a bias of the name ….bias nor a path of modules tells its own");
        boolean stored = gemm && node.numbers().getOrDefault("transB", 0L) == 1;
        put(module + ".weight", tensor, !stored);
        OnnxTensor biasValues = constants.get(bias);
        if (biasValues != null) put(module + ".bias", biasValues, false);
    }

    /** The parameters under the encoder's names. */
    BertWeights weights() {
        return BertWeights.named(model.source(), parameters);
    }

    /** The sizes, from shapes and constants of the graph. */
    BertConfig config() {
        Shape words = shape("embeddings.word_embeddings.weight");
        int width = words.size(1);
        int layers = parameters.keySet().stream().map(LAYER::matcher).filter(Matcher::matches).mapToInt(m -> Integer.parseInt(m.group(1)) + 1).max()
                .orElseThrow(() -> error("there is no parameter encoder.layer.…"));
        try {
            return sizes(words, width, layers);
        } catch (IllegalArgumentException e) {
            throw error(e.getMessage());
        }
    }

    private BertConfig sizes(Shape words, int width, int layers) {
        return new BertConfig(words.size(0), width, shape("encoder.layer.0.intermediate.dense.bias").size(0), layers, heads(width),
                shape("embeddings.position_embeddings.weight").size(0), shape("embeddings.token_type_embeddings.weight").size(0), epsilon(), activation(layers),
                parameters.containsKey("pooler.dense.weight"));
    }

    private Shape shape(String name) {
        BertWeights.Entry entry = parameters.get(name);
        if (entry == null) throw error("there is no parameter '" + name + "'; is this a BERT encoder?");
        int rank = name.endsWith(".weight") ? 2 : 1;
        if (entry.shape().rank() != rank) throw error("'" + name + "' must have " + rank + " axes, has the shape " + entry.shape());
        return entry.shape();
    }

    /** The last two numbers of a reshape to [B, T, H, d] with H · d = D. */
    private int heads(int width) {
        for (OnnxNode node : model.nodes()) {
            if (!node.operation().equals("Reshape") || node.inputs().size() < 2) continue;
            long[] tail = tail(node.inputs().get(1));
            if (tail.length == 2 && tail[0] > 0 && tail[1] > 0 && tail[0] <= width && tail[0] * tail[1] == width) return (int) tail[0];
        }
        throw error("no reshape to [batch, tokens, heads, width of a head] tells the number of heads; put the model's config.json beside the file");
    }

    private long[] tail(String shape) {
        OnnxTensor constant = constants.get(shape);
        if (constant != null) return constant.type() == OnnxTensor.Type.INT64 && constant.count() == 4 ? last(constant.longs()) : new long[0];
        OnnxNode maker = makers.get(shape);
        if (maker == null || !maker.operation().equals("Concat") || maker.inputs().size() != 4) return new long[0];
        OnnxTensor heads = constants.get(maker.inputs().get(2));
        OnnxTensor each = constants.get(maker.inputs().get(3));
        return isNumber(heads) && isNumber(each) ? new long[] {heads.longs()[0], each.longs()[0]} : new long[0];
    }

    private static long[] last(long[] four) {
        return new long[] {four[2], four[3]};
    }

    private static boolean isNumber(OnnxTensor tensor) {
        return tensor != null && tensor.type() == OnnxTensor.Type.INT64 && tensor.count() == 1;
    }

    /** Of the first norm: an attribute, or the constant that is added below its root. */
    private float epsilon() {
        for (OnnxNode node : model.nodes()) {
            if (node.operation().equals("LayerNormalization")) return node.floats().getOrDefault("epsilon", 1e-5f);
            if (!node.operation().equals("Sqrt") || node.inputs().isEmpty()) continue;
            OnnxNode sum = makers.get(node.inputs().getFirst());
            if (sum == null || !sum.operation().equals("Add")) continue;
            for (String input : sum.inputs()) {
                OnnxTensor constant = constants.get(input);
                if (constant != null && constant.count() == 1 && constant.type() != OnnxTensor.Type.INT64) return constant.floats()[0];
            }
        }
        throw error("no norm tells its epsilon; put the model's config.json beside the file");
    }

    private Activation activation(int layers) {
        long tanh = 0;
        for (OnnxNode node : model.nodes()) {
            if (node.operation().equals("Erf")) return Activation.GELU;
            if (node.operation().equals("Gelu")) return node.texts().getOrDefault("approximate", "none").equals("tanh") ? Activation.GELU_TANH : Activation.GELU;
            if (node.operation().equals("Tanh")) tanh++;
        }
        if (tanh >= layers) return Activation.GELU_TANH;   // a pooler has one more
        throw error("the activation of the feed-forward layers is no GELU that is known here");
    }

    private EncoderException error(String what) {
        return new EncoderException(model.source() + ": " + what);
    }
}
