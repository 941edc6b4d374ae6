package embedrl.examples.parity;

import embedrl.nn.Linear;
import embedrl.nn.Lora;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.UnaryKind;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Cases of single operations: results, and gradients for the output gradient {@code dy}. */
final class OpKinds {

    static final Map<String, ParityKind> KINDS = kinds();

    private OpKinds() {
    }

    private static Map<String, ParityKind> kinds() {
        var kinds = new TreeMap<String, ParityKind>();
        kinds.put("attention", OpKinds::attention);
        kinds.put("matmul", OpKinds::matmul);
        kinds.put("softmax", OpKinds::softmax);
        kinds.put("rms_norm", OpKinds::rmsNorm);
        kinds.put("layer_norm", OpKinds::layerNorm);
        kinds.put("rotary", OpKinds::rotary);
        kinds.put("swiglu", OpKinds::swiglu);
        kinds.put("embedding", OpKinds::embedding);
        kinds.put("lora_linear", OpKinds::loraLinear);
        kinds.put("l2_normalize", unary(Tensor::l2Normalize));
        for (UnaryKind kind : List.of(UnaryKind.GELU_TANH, UnaryKind.GELU_ERF, UnaryKind.SILU, UnaryKind.EXP, UnaryKind.TANH, UnaryKind.SIGMOID)) {
            kinds.put(kind.name().toLowerCase(), unary(x -> x.unary(kind)));
        }
        return Map.copyOf(kinds);
    }

    private static ParityKind unary(UnaryOperator<Tensor> function) {
        return (file, device) -> {
            file.parameters().finish();
            var tensors = new TensorCase(file);
            Tensor x = tensors.floats("x");
            Tensor y = function.apply(x);
            return tensors.expect("y", y).gradientsOfDy(y, Map.of("x", x)).run(device);
        };
    }

    /** The files hold [B, H, T, d], the operation takes [B, T, H, d]. */
    private static List<Check> attention(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        boolean causal = parameters.flag("causal");
        float scale = (float) parameters.number("scale");
        parameters.finish();
        var tensors = new TensorCase(file);
        Tensor q = tensors.floats("q");
        Tensor k = tensors.floats("k");
        Tensor v = tensors.floats("v");
        List<Tensor> results = Tensor.results(new ContractionOp.Attention(headsInside(q), headsInside(k), headsInside(v), tensors.ints("key_lengths"), scale, causal));
        Tensor y = headsInside(results.get(0));   // the exchange of two axes undoes itself: [B, T, H, d] → [B, H, T, d]
        return tensors.expect("y", y).expect("log_sum_exp", results.get(1)).gradientsOfDy(y, Map.of("q", q, "k", k, "v", v)).run(device);
    }

    /** [B, H, T, d] → [B, T, H, d]. */
    private static Tensor headsInside(Tensor x) {
        return x.permute(0, 2, 1, 3);
    }

    private static List<Check> matmul(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        boolean transposeA = parameters.flag("transpose_a");
        boolean transposeB = parameters.flag("transpose_b");
        parameters.finish();
        var tensors = new TensorCase(file);
        Tensor a = tensors.floats("a");
        Tensor b = tensors.floats("b");
        Tensor y = product(a, b, transposeA, transposeB);
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("a", a, "b", b)).run(device);
    }

    /** The operation itself where its layout allows, else with the leading axes stretched to the same sizes. */
    private static Tensor product(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
        Shape leadingA = a.shape().range(0, a.shape().rank() - 2);
        Shape leadingB = b.shape().range(0, b.shape().rank() - 2);
        boolean shared = leadingB.rank() == 0 && !transposeA;
        if (leadingA.equals(leadingB) || shared) {
            return Tensor.of(new ContractionOp.MatMul(a, b, transposeA, transposeB), 0);
        }
        Shape leading = Shape.broadcast("matmul", leadingA, leadingB);
        return Tensor.of(new ContractionOp.MatMul(stretched(a, leading), stretched(b, leading), transposeA, transposeB), 0);
    }

    private static Tensor stretched(Tensor x, Shape leading) {
        return x.broadcastTo(leading.append(x.size(-2), x.size(-1)));
    }

    private static List<Check> softmax(CaseFile file, Executor device) {
        file.parameters().finish();
        var tensors = new TensorCase(file);
        Tensor x = tensors.floats("x");
        Tensor y = x.softmax();
        return tensors.expect("y", y).expect("log_sum_exp", x.logSumExp()).gradientsOfDy(y, Map.of("x", x)).run(device);
    }

    private static List<Check> rmsNorm(CaseFile file, Executor device) {
        float epsilon = epsilon(file);
        var tensors = new TensorCase(file);
        Tensor x = tensors.floats("x");
        Tensor weight = tensors.floats("weight");
        Tensor y = x.rmsNorm(weight, epsilon);
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("x", x, "weight", weight)).run(device);
    }

    private static List<Check> layerNorm(CaseFile file, Executor device) {
        float epsilon = epsilon(file);
        var tensors = new TensorCase(file);
        Tensor x = tensors.floats("x");
        Tensor weight = tensors.floats("weight");
        Tensor bias = tensors.floats("bias");
        Tensor y = x.layerNorm(weight, bias, epsilon);
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("x", x, "weight", weight, "bias", bias)).run(device);
    }

    private static float epsilon(CaseFile file) {
        Parameters parameters = file.parameters();
        float epsilon = (float) parameters.number("epsilon");
        parameters.finish();
        return epsilon;
    }

    /** The files hold x as [B, H, T, d] and positions as [B, T]. */
    private static List<Check> rotary(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        double theta = parameters.number("theta");
        parameters.finish();
        var tensors = new TensorCase(file);
        Tensor x = tensors.floats("x");
        int width = x.size(3);
        RotaryAngles angles = RotaryAngles.of(file.ints("input.positions"), RotaryAngles.frequencies(width, theta));
        Shape shape = Shape.of(x.size(0), x.size(2), width / 2);   // [B, T, d/2]
        Tensor y = headsInside(headsInside(x).rotary(Tensor.of(shape, angles.cos()), Tensor.of(shape, angles.sin())));
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("x", x)).run(device);
    }

    private static List<Check> swiglu(CaseFile file, Executor device) {
        file.parameters().finish();
        var tensors = new TensorCase(file);
        Tensor gate = tensors.floats("gate");
        Tensor up = tensors.floats("up");
        Tensor y = gate.silu().mul(up);
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("gate", gate, "up", up)).run(device);
    }

    private static List<Check> embedding(CaseFile file, Executor device) {
        file.parameters().finish();
        var tensors = new TensorCase(file);
        Tensor weight = tensors.floats("weight");
        Tensor y = weight.gather(tensors.ints("ids"));
        return tensors.expect("y", y).gradientsOfDy(y, Map.of("weight", weight)).run(device);
    }

    /** The adapter that training uses, and what merging makes of the weight. */
    private static List<Check> loraLinear(CaseFile file, Executor device) {
        Parameters parameters = file.parameters();
        float alpha = (float) parameters.number("alpha");
        parameters.finish();
        var tensors = new TensorCase(file);
        int rank = file.shape("input.a")[0];
        var linear = new Linear(file.shape("input.a")[1], file.shape("input.b")[0], false, Seed.of(0));
        linear.load(Map.of("weight", tensors.values("weight")));
        Lora.attach(linear, _ -> true, rank, alpha, 0, Seed.of(0));
        Lora.load(linear, Map.of("lora_A.weight", tensors.values("a"), "lora_B.weight", tensors.values("b")));
        Map<String, Variable> adapters = Lora.parameters(linear);   // the weight is not among them: it is frozen
        Tensor a = adapters.get("lora_A.weight").tensor();
        Tensor b = adapters.get("lora_B.weight").tensor();
        Tensor x = tensors.floats("x");
        Tensor y = linear.forward(x);
        var checks = new ArrayList<>(tensors.expect("y", y).gradientsOfDy(y, Map.of("x", x, "a", a, "b", b)).run(device));
        Lora.merge(linear);
        checks.add(file.compare("expected.merged_weight", linear.weight().value().floats()));
        checks.addAll(new TensorCase(file).expect("y", linear.forward(x)).with(tensors).run(device));
        return checks;
    }
}
