package embedrl.examples.parity;

import embedrl.tensor.Executor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cases of Qwen3-VL checkpoints: forward pass with gradients, and greedy continuation. An expected name that is not known is a failure. */
final class VisionLanguageKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "vision_language_forward", VisionLanguageKinds::forward,
            "vision_language_greedy", VisionLanguageKinds::greedy);

    private VisionLanguageKinds() {
    }

    private static List<Check> forward(CaseFile file, Executor device) throws IOException {
        var gradients = List.copyOf(file.json().path("gradients").propertyNames());
        var checks = new ArrayList<Check>();
        try (var run = new VisionLanguageForward(file, new VisionLanguageCase(file), gradients, device)) {
            for (String name : file.json().required("expected").propertyNames()) {
                checks.add(run.compare(name));
            }
            for (String name : gradients) {
                checks.add(run.gradient(name));
            }
            if (file.json().has("embedding_positions")) {
                checks.add(run.embeddingPositions(new Tolerance.Exact()));
            }
        }
        return checks;
    }

    private static List<Check> greedy(CaseFile file, Executor device) throws IOException {
        var of = new VisionLanguageCase(file);
        var positions = new VisionLanguagePositions(of);
        int steps = file.shape("expected.tokens")[1];
        GreedySteps greedy = GreedySteps.of(of.model(), of.sequences(), steps, device);
        var checks = new ArrayList<Check>();
        for (String name : file.json().required("expected").propertyNames()) {
            checks.add(switch (name) {
                case "position_ids" -> file.compare("expected.position_ids", positions.positions());
                case "rope_deltas" -> file.compare("expected.rope_deltas", positions.deltas());
                case "decode_position_ids" -> file.compare("expected.decode_position_ids", positions.decoded(steps - 1));
                case "tokens" -> file.compare("expected.tokens", greedy.tokens());
                case "step_logits" -> file.compare("expected.step_logits", greedy.logits());
                default -> throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
            });
        }
        return checks;
    }
}
