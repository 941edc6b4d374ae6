package embedrl.examples.parity;

import embedrl.models.generation.SamplingDistribution;
import embedrl.models.generation.SamplingSettings;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Cases of the sampling distribution: probabilities and log-probabilities after temperature, top-k and top-p. */
final class SamplingKinds {

    static final Map<String, ParityKind> KINDS = Map.of("sampling_distribution", SamplingKinds::distribution);

    private SamplingKinds() {
    }

    private static List<Check> distribution(CaseFile file, Executor device) {
        JsonNode stated = file.json().required("tolerance");
        Tolerance forProbabilities = file.tolerance();
        Tolerance forLogs = Tolerance.of(stated.required("log_probabilities"));
        Tolerance forKept = Tolerance.of(stated.required("kept"));
        JsonNode rows = file.json().required("inputs").required("rows");
        JsonNode expected = file.json().required("expected").required("rows");
        var checks = new ArrayList<Check>();
        for (int row = 0; row < rows.size(); row++) {
            SamplingSettings settings = settings(rows.get(row));
            float[] logits = file.floats("input.logits." + row);
            int[] tokens = file.ints("input.tokens." + row);
            var distribution = new SamplingDistribution(logits.length);

            distribution.set(logits, 0, SamplingSettings.UNCHANGED);
            checks.add(compare(file, "log_probabilities_raw", row, logs(tokens, distribution::logProbability), forLogs));
            distribution.set(logits, 0, settings);
            checks.add(compare(file, "log_probabilities_temperature", row, logs(tokens, distribution::logProbability), forLogs));
            checks.add(compare(file, "log_probabilities_final", row, logs(tokens, distribution::truncatedLogProbability), forLogs));
            double[] probabilities = IntStream.range(0, logits.length).mapToDouble(distribution::probability).toArray();
            checks.add(compare(file, "probabilities", row, probabilities, forProbabilities));
            checks.add(sameSupport(file, row, probabilities));
            checks.add(Check.number("rows[" + row + "].kept", distribution.kept(), expected.get(row).required("kept").intValue(), forKept));
        }
        return checks;
    }

    private static SamplingSettings settings(JsonNode row) {
        for (String name : row.propertyNames()) {
            if (!List.of("about", "temperature", "top_k", "top_p").contains(name)) {
                throw new IllegalArgumentException("unknown setting '" + name + "'");
            }
        }
        JsonNode topK = row.path("top_k");
        JsonNode topP = row.path("top_p");
        return new SamplingSettings(row.required("temperature").doubleValue(),
                topK.isNumber() ? (Integer) topK.intValue() : null,
                topP.isNumber() ? (Double) topP.doubleValue() : null);
    }

    private static double[] logs(int[] tokens, IntToDoubleFunction logProbability) {
        var logs = new double[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            logs[i] = logProbability.applyAsDouble(tokens[i]);
        }
        return logs;
    }

    private static Check compare(CaseFile file, String name, int row, double[] actual, Tolerance tolerance) {
        String tensor = "expected." + name + "." + row;
        file.markCompared(tensor);
        return Check.numbers(tensor, actual, file.doubles(tensor), tolerance);
    }

    /** A removed token has probability 0 exactly, which a tolerance on the values would not see. */
    private static Check sameSupport(CaseFile file, int row, double[] probabilities) {
        double[] expected = file.doubles("expected.probabilities." + row);
        long differing = IntStream.range(0, expected.length).filter(i -> (expected[i] == 0) != (probabilities[i] == 0)).count();
        return Check.number("rows[" + row + "].support", differing, 0, new Tolerance.Exact());
    }
}
