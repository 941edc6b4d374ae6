package embedrl.examples.parity;

import embedrl.models.LanguageModels;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.peft.PeftAdapter;
import embedrl.nn.Lora;
import embedrl.tensor.Executor;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cases of causal language models on texts: forward pass, cache, greedy continuation, and low-rank adapters. An expected name that is not known is a failure. */
final class CausalLanguageKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "causal_lm_forward", CausalLanguageKinds::forward,
            "causal_lm_forward_bf16_weights", CausalLanguageKinds::forward,
            "causal_lm_cache", CausalLanguageKinds::cache,
            "causal_lm_greedy", CausalLanguageKinds::greedy,
            "lora", CausalLanguageKinds::lora);

    private static final String KEYS = "key_cache_";
    private static final String VALUES = "value_cache_";
    private static final String MERGED = "merged.";

    private CausalLanguageKinds() {
    }

    private static LanguageModel model(CaseFile file) throws IOException {
        return LanguageModels.load(file.folder().resolve(file.json().required("checkpoint").stringValue()).normalize());
    }

    private static List<String> expected(CaseFile file) {
        return List.copyOf(file.json().required("expected").propertyNames());
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
    }

    private static List<Check> forward(CaseFile file, Executor device) throws IOException {
        LanguageModel model = model(file);
        var checks = new ArrayList<Check>();
        try (var run = new CausalForward(file, model, new CausalRows(file), model.parameters(), device)) {
            for (String name : expected(file)) checks.add(run.compare(name));
            for (String name : file.json().path("gradients").propertyNames()) checks.add(run.gradient(name));
        }
        return checks;
    }

    private static List<Check> cache(CaseFile file, Executor device) throws IOException {
        LanguageModel model = model(file);
        var rows = new CausalRows(file);
        CachedTurns turns = CachedTurns.of(model, rows, file.json().required("prefill_tokens").intValue(), device);
        var checks = new ArrayList<Check>();
        try (var whole = new CausalForward(file, model, rows, Map.of(), device)) {
            for (String name : expected(file)) {
                float[] result = switch (name) {
                    case "prefill_logits" -> turns.prefill();
                    case "step_logits" -> turns.steps();
                    case "full_logits" -> whole.tokens("logits");
                    default -> cached(turns, name, model.config().numHiddenLayers());
                };
                checks.add(file.compare("expected." + name, result));
            }
        }
        return checks;
    }

    private static float[] cached(CachedTurns turns, String name, int layers) {
        for (int i = 0; i < layers; i++) {
            if (name.equals(KEYS + i)) return CachedTurns.byHead(turns.cache().keys(i));
            if (name.equals(VALUES + i)) return CachedTurns.byHead(turns.cache().values(i));
        }
        throw unknown(name);
    }

    /** Each step's logits, and the tokens both of these steps and of the generator. */
    private static List<Check> greedy(CaseFile file, Executor device) throws IOException {
        LanguageModel model = model(file);
        var rows = new CausalRows(file);
        int steps = file.shape("expected.tokens")[1];
        GreedySteps greedy = GreedySteps.of(model, rows.sequences(), steps, device);
        var checks = new ArrayList<Check>();
        for (String name : expected(file))
            checks.add(switch (name) {
                case "tokens" -> file.compare("expected.tokens", greedy.tokens());
                case "step_logits" -> file.compare("expected.step_logits", greedy.logits());
                default -> throw unknown(name);
            });
        try (var generator = new Generator(model, device, Set.of())) {
            List<Generation> generations = generator.generate(rows.sequences(), 1, steps, SamplingSettings.UNCHANGED,
                    Collections.nCopies(rows.count(), new RandomStream(0, 0)), true);
            checks.add(file.compare("expected.tokens", generations.stream().flatMapToInt(g -> Arrays.stream(g.tokens())).asLongStream().toArray()));
        }
        return checks;
    }

    private static List<Check> lora(CaseFile file, Executor device) throws IOException {
        LanguageModel model = model(file);
        var rows = new CausalRows(file);
        var checks = new ArrayList<Check>();
        Set<String> left = new LinkedHashSet<>(expected(file));
        try (var base = new CausalForward(file, model, rows, Map.of(), device)) {
            if (left.remove("base_logits")) checks.add(file.compare("expected.base_logits", base.tokens("logits")));
        }
        PeftAdapter.load(model, file.folder().resolve(file.json().required("adapter").stringValue()));
        Map<String, Variable> trained = new LinkedHashMap<>();
        Lora.parameters(model).forEach((name, variable) -> trained.put("base_model.model." + name, variable));
        try (var adapted = new CausalForward(file, model, rows, trained, device)) {
            for (String name : List.copyOf(left))
                if (!name.startsWith(MERGED)) {
                    checks.add(adapted.compare(name));
                    left.remove(name);
                }
            for (String name : file.json().path("gradients").propertyNames()) checks.add(adapted.gradient(name));
            float[] unmerged = adapted.tokens("logits");
            Lora.merge(model);
            for (String name : left) {
                Variable weight = model.parameters().get(name.substring(MERGED.length()));
                if (weight == null) throw unknown(name);
                checks.add(file.compare("expected." + name, weight.value().floats()));
            }
            try (var merged = new CausalForward(file, model, rows, Map.of(), device)) {
                checks.add(file.compare("expected.logits", merged.tokens("logits")));
                checks.add(Check.numbers("merged against unmerged logits", doubles(merged.tokens("logits")), doubles(unmerged), file.tolerance("expected.logits")));
            }
        }
        return checks;
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) wide[i] = values[i];
        return wide;
    }
}
