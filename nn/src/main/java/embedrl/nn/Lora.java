package embedrl.nn;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Low-rank adapters on the linear layers of a model. Their parameters are not among the model's own, which stay frozen when only
 * {@link #parameters} are trained; the names are those of PEFT ("….q_proj.lora_A.weight"). What was recorded before an attach, merge or detach does not
 * change: record and compile anew. Source: Hu et al. 2021.
 */
public final class Lora {
    /**
     * How one layer is adapted.
     *
     * @param rank  rows of A
     * @param scale what B·A is multiplied by
     */
    public record Adapted(int rank, float scale) {
    }

    private Lora() {
    }

    /**
     * Attaches an adapter to every linear layer whose full name is wanted; as B begins with zeros, the model computes the same as before.
     *
     * @param alpha   the adapters are scaled by alpha / rank
     * @param dropout rate on the adapters' input, active inside {@link Dropout#seeded}
     * @return the number of adapters
     */
    public static int attach(Module root, Predicate<String> names, int rank, float alpha, float dropout, Seed seed) {
        Map<String, Linear> wanted = new LinkedHashMap<>();
        root.modules().forEach((name, module) -> {
            if (module instanceof Linear linear && names.test(name)) wanted.put(name, linear);
        });
        if (wanted.isEmpty()) throw new TensorException("lora: no linear layer has a wanted name; the layers are "
                + root.modules().entrySet().stream().filter(e -> e.getValue() instanceof Linear).map(Map.Entry::getKey).toList());
        wanted.forEach((name, linear) -> {
            if (linear.adapter().isPresent()) throw new TensorException("lora: layer '" + name + "' has an adapter already");
        });
        wanted.forEach((name, linear) -> linear.attach(new LoraAdapter(linear, rank, alpha, dropout, seed.split(name))));
        return wanted.size();
    }

    /** The adapters' parameters by full name; unmodifiable. */
    public static Map<String, Variable> parameters(Module root) {
        Map<String, Variable> found = new LinkedHashMap<>();
        adapters(root).forEach((name, adapter) ->
                adapter.parameters().forEach((part, variable) -> found.put(name.isEmpty() ? part : name + "." + part, variable)));
        return Collections.unmodifiableMap(found);
    }

    /** The adapted layers by full name. */
    public static Map<String, Adapted> layers(Module root) {
        Map<String, Adapted> found = new LinkedHashMap<>();
        adapters(root).forEach((name, adapter) -> found.put(name, adapter.adapted()));
        return Collections.unmodifiableMap(found);
    }

    /** Replaces all adapters' parameters; strict, like {@link Module#load(Map)}. */
    public static void load(Module root, Map<String, HostTensor> values) {
        ParameterValues.assign("the adapters of " + root.getClass().getSimpleName(), parameters(root), values.keySet(), values::get);
    }

    /** Adds every adapter to its layer's weight and stops using it: no cost at inference. The old weights are kept for {@link #unmerge}. */
    public static void merge(Module root) {
        each(root, LoraAdapter::merge);
    }

    /** Undoes {@link #merge}, bit for bit. */
    public static void unmerge(Module root) {
        each(root, LoraAdapter::unmerge);
    }

    /** Removes all adapters. Merged ones stay in the weights: merge and detach turn the adapted model into a plain one. */
    public static void detach(Module root) {
        root.modules().values().forEach(module -> {
            if (module instanceof Linear linear) linear.detach();
        });
    }

    private static void each(Module root, Consumer<LoraAdapter> action) {
        Map<String, LoraAdapter> adapters = adapters(root);
        if (adapters.isEmpty()) throw new TensorException("lora: the model has no adapters; attach them first");
        adapters.values().forEach(action);
    }

    private static Map<String, LoraAdapter> adapters(Module root) {
        Map<String, LoraAdapter> found = new LinkedHashMap<>();
        root.modules().forEach((name, module) -> {
            if (module instanceof Linear linear) linear.adapter().ifPresent(adapter -> found.put(name, adapter));
        });
        return found;
    }
}
