package embedrl.models.bert;

import embedrl.models.onnx.RawOnnx;
import embedrl.tensor.HostTensor;

/** Writes an encoder as an exporter does: weights of products transposed and without a name, found by their biases or by the paths of the operations. */
final class ExportedBert {
    /** How the products' weights can be found. */
    enum Style { BIAS_NAMES, PATHS, GEMM }

    private final RawOnnx graph = new RawOnnx();
    private final Style style;

    private ExportedBert(Style style) {
        this.style = style;
    }

    static byte[] of(BertEncoder encoder, Style style) {
        return RawOnnx.model(new ExportedBert(style).write(encoder));
    }

    private RawOnnx write(BertEncoder encoder) {
        BertConfig config = encoder.config();
        encoder.state().forEach((name, value) -> {
            String module = name.substring(0, name.lastIndexOf('.'));
            boolean product = name.startsWith("encoder") && !module.endsWith("LayerNorm");
            if (!product) constant(name, value.shape().sizes(), value.floats());
            else if (name.endsWith(".bias")) constant(style == Style.BIAS_NAMES ? name : "bias::" + module, value.shape().sizes(), value.floats());
            else product(module, value);
        });
        graph.message(5, RawOnnx.longs("embeddings.position_ids", new int[] {1, 4}, 0, 1, 2, 3));
        graph.message(1, constantNode("heads", RawOnnx.longs("", new int[] {1}, config.numAttentionHeads())));
        graph.message(1, constantNode("width", RawOnnx.longs("", new int[] {1}, config.headWidth())));
        graph.message(1, RawOnnx.node("Concat", "", new String[] {"b", "t", "heads", "width"}, "shape"));
        graph.message(1, RawOnnx.node("Reshape", "", new String[] {"q", "shape"}, "split"));
        graph.message(1, constantNode("eps", RawOnnx.floats("", new int[] {}, config.layerNormEps())));
        graph.message(1, RawOnnx.node("Add", "", new String[] {"variance", "eps"}, "above"));
        graph.message(1, RawOnnx.node("Sqrt", "", new String[] {"above"}, "root"));
        graph.message(1, RawOnnx.node("Erf", "", new String[] {"h"}, "e"));
        return graph;
    }

    private static RawOnnx constantNode(String output, RawOnnx tensor) {
        return RawOnnx.node("Constant", "", new String[0], output).message(5, new RawOnnx().text(1, "value").message(5, tensor));
    }

    private void constant(String name, int[] shape, float[] values) {
        graph.message(5, RawOnnx.floats(name, shape, values));
    }

    private void product(String module, HostTensor weight) {
        int out = weight.shape().size(0);
        int in = weight.shape().size(1);
        float[] values = weight.floats();
        float[] transposed = new float[values.length];
        for (int i = 0; i < transposed.length; i++) transposed[i] = values[i % out * in + i / out];
        String path = "/" + module.replace('.', '/');
        String anonymous = "onnx::MatMul_" + Integer.toHexString(module.hashCode());
        String bias = style == Style.BIAS_NAMES ? module + ".bias" : "bias::" + module;
        if (style == Style.GEMM) {
            constant(anonymous, new int[] {out, in}, values);
            graph.message(1, RawOnnx.node("Gemm", path + "/Gemm", new String[] {"x", anonymous, bias}, path + "/y").message(5, new RawOnnx().text(1, "transB").number(3, 1)));
            return;
        }
        constant(anonymous, new int[] {in, out}, transposed);
        String name = style == Style.PATHS ? path + "/MatMul" : "";
        graph.message(1, RawOnnx.node("Add", "", new String[] {bias, path + "/y"}, path + "/z"));
        graph.message(1, RawOnnx.node("MatMul", name, new String[] {"x", anonymous}, path + "/y"));
    }
}
