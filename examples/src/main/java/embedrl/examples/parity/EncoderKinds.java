package embedrl.examples.parity;

import embedrl.autograd.Gradients;
import embedrl.models.bert.BertCheckpoint;
import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.BertInputs;
import embedrl.models.bert.Pooling;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cases of text encoders: every state, pooling, loss and gradients. */
final class EncoderKinds {

    static final Map<String, ParityKind> KINDS = Map.of("encoder_embedding", EncoderKinds::embedding);

    private static final String EXPECTED = "expected.";
    private static final String GRADIENT = "grad.";
    private static final String LAYER = "layer_";

    private EncoderKinds() {
    }

    private static List<Check> embedding(CaseFile file, Executor device) throws IOException {
        BertEncoder encoder = BertCheckpoint.load(file.folder().resolve(file.json().path("checkpoint").asString("../..")).normalize());
        PaddedRows rows = new PaddedRows(file);
        List<String> stored = List.copyOf(file.uncompared());
        BertInputs in = BertInputs.withPositions(rows.batch(), rows.width());
        Map<String, Tensor> values = results(file, stored, encoder, in, rows);
        Program.Builder builder = Program.builder();
        values.forEach(builder::output);
        try (Program program = builder.compile(device)) {
            for (Map.Entry<String, int[]> input : rows.inputs().entrySet()) {
                if (program.has(input.getKey())) {
                    program.set(input.getKey(), input.getValue());
                }
            }
            program.run();
            var checks = new ArrayList<Check>();
            for (String name : values.keySet()) {
                float[] result = program.read(name).floats();
                boolean perToken = values.get(name).shape().rank() == 3;
                if (name.endsWith(".attention.self.key.bias")) {
                    checks.add(vanishing(file, stored, name, result));
                } else {
                    checks.add(file.compare(name, perToken ? rows.padded(result) : result));
                }
            }
            return checks;
        }
    }

    /** A tensor for everything that the case stores. */
    private static Map<String, Tensor> results(CaseFile file, List<String> stored, BertEncoder encoder, BertInputs in, PaddedRows rows) {
        List<Tensor> states = encoder.states(in);
        Tensor last = states.getLast();
        Tensor pooled = Pooling.valueOf(file.json().path("pooling").asString("mean").toUpperCase(Locale.ROOT)).forward(last, in.lengths());
        Tensor embedding = pooled.l2Normalize();
        Map<String, Tensor> results = new LinkedHashMap<>();
        List<String> gradients = new ArrayList<>();
        for (String expected : stored) {
            if (expected.startsWith(GRADIENT)) {
                gradients.add(expected.substring(GRADIENT.length()));
                continue;
            }
            String name = expected.substring(EXPECTED.length());
            results.put(expected, switch (name) {
                case "embeddings" -> states.getFirst();
                case "last_hidden_state" -> last;
                case "pooled" -> pooled;
                case "embedding" -> embedding;
                case "pooler_output" -> encoder.pooled(rows.withFirstTokens(last));
                case "loss" -> loss(file, embedding);
                default -> layer(states, name);
            });
        }
        if (!gradients.isEmpty()) {
            Map<String, Variable> parameters = encoder.parameters();
            List<Tensor> xs = gradients.stream().map(name -> parameter(parameters, name)).toList();
            List<Tensor> found = Gradients.of(loss(file, embedding), xs);
            for (int i = 0; i < xs.size(); i++) {
                results.put(GRADIENT + gradients.get(i), found.get(i));
            }
        }
        return results;
    }

    private static Tensor loss(CaseFile file, Tensor embedding) {
        return embedding.mul(Tensor.of(Shape.of(file.shape("input.loss_weights")), file.floats("input.loss_weights"))).sum();
    }

    private static Tensor layer(List<Tensor> states, String name) {
        if (!name.startsWith(LAYER)) {
            throw new IllegalArgumentException("the case expects '" + name + "', which is no result of an encoder here");
        }
        return states.get(1 + Integer.parseInt(name.substring(LAYER.length())));
    }

    private static Tensor parameter(Map<String, Variable> parameters, String name) {
        Variable found = parameters.get(name);
        if (found == null) {
            throw new IllegalArgumentException("the case stores a gradient of '" + name + "', which is no parameter of the encoder");
        }
        return found.tensor();
    }

    /** Softmax does not see a bias of the keys: its gradient is zero but for rounding, so it is held against the size of the case's other gradients. */
    private static Check vanishing(CaseFile file, List<String> stored, String name, float[] actual) {
        double largest = 0;
        for (String other : stored) {
            if (other.startsWith(GRADIENT)) {
                largest = Math.max(largest, Arrays.stream(file.doubles(other)).map(Math::abs).max().orElse(0));
            }
        }
        file.markCompared(name);
        double[] values = new double[actual.length];
        Arrays.setAll(values, i -> actual[i]);
        double limit = file.tolerance(name) instanceof Tolerance.RelativeMax relative ? relative.value() * largest : largest * 1e-3;
        return Check.numbers(name, values, file.doubles(name), new Tolerance.Absolute(limit));
    }
}
