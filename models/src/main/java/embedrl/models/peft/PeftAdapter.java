package embedrl.models.peft;

import embedrl.models.checkpoint.ConfigFile;
import embedrl.nn.Embedding;
import embedrl.nn.Linear;
import embedrl.nn.Lora;
import embedrl.nn.Module;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * LoRA adapters as folders in PEFT's layout: {@code adapter_config.json}, and {@code adapter_model.safetensors} with tensors named
 * "base_model.model.&lt;layer&gt;.lora_A.weight" and "….lora_B.weight". The base model stands in a folder of its own.
 */
public final class PeftAdapter {
    /** Name of the file of weights. */
    public static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String BASE = ".base_layer.weight";
    private static final String HEAD = "lm_head";

    private PeftAdapter() {
    }

    /**
     * Attaches the adapter of a folder to a model, unmerged; {@link Lora#merge} makes it part of the weights. Where something does not fit, the model has no
     * adapters afterwards.
     *
     * @return the adapter's settings
     * @throws embedrl.models.checkpoint.ConfigException where the configuration is malformed or asks for what is not computed here
     * @throws TensorException                           where layers or tensors do not fit the model; all tensors are named
     */
    public static PeftConfig load(Module model, Path folder) throws IOException {
        if (!Lora.layers(model).isEmpty()) throw new TensorException("peft: the model has adapters already; merge and detach them first");
        PeftConfig config = PeftConfig.of(ConfigFile.read(folder.resolve(PeftConfig.NAME)));
        Path weights = folder.resolve(WEIGHTS);
        if (!Files.exists(weights)) throw new NoSuchFileException(weights.toString(), null, "an adapter needs it");
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            attach(model, config);
            Map<String, HostTensor> values = new LinkedHashMap<>();
            for (String name : file.names()) {
                String own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
                HostTensor value = HostTensor.of(Shape.of(file.shape(name)), file.floats(name));
                if (!repeatsBase(model, own, value)) values.put(own, value);
            }
            Lora.load(model, values);
            return config;
        } catch (TensorException e) {
            Lora.detach(model);
            throw new TensorException(folder + ": " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            Lora.detach(model);
            throw e;
        }
    }

    /** Whether a tensor is the base weight of an adapted head, which PEFT saves along with its adapter, and the same as the model has. */
    private static boolean repeatsBase(Module model, String name, HostTensor value) {
        if (!name.endsWith(BASE)) return false;
        Variable weight = model.parameters().get(name.substring(0, name.length() - BASE.length()) + ".weight");
        return weight != null && weight.shape().equals(value.shape()) && Arrays.equals(weight.value().floats(), value.floats());
    }

    /** Attaches fresh adapters as the settings say. */
    private static void attach(Module model, PeftConfig config) {
        refuseEmbeddings(model, config);
        Map<Lora.Adapted, Set<String>> alike = new LinkedHashMap<>();
        for (String layer : linear(model)) {
            if (!config.targets(layer, layer.equals(HEAD))) continue;
            alike.computeIfAbsent(new Lora.Adapted(config.rankOf(layer), (float) config.scaleOf(layer)), _ -> new TreeSet<>()).add(layer);
        }
        if (alike.isEmpty()) throw new TensorException("peft: target_modules " + (config.targetPattern() == null ? config.targets() : config.targetPattern())
                + " name no linear layer of the model; it has " + linear(model));
        alike.forEach((adapted, layers) ->
                Lora.attach(model, layers::contains, adapted.rank(), adapted.scale() * adapted.rank(), config.dropout(), new Seed(0)));
    }

    /** A head that is the token embedding is no layer of its own here. */
    private static void refuseEmbeddings(Module model, PeftConfig config) {
        Set<String> embeddings = new TreeSet<>();
        model.modules().forEach((name, module) -> {
            if (module instanceof Embedding) embeddings.add(name);
        });
        if (!model.modules().containsKey(HEAD)) embeddings.add(HEAD);
        for (String target : config.targets())
            for (String name : embeddings)
                if (PeftConfig.isPart(name, target)) throw new TensorException("peft: target_modules names '" + target + "', which is " + name
                        + ", a token embedding here: adapters of embeddings are not computed; retrain the adapter on linear layers");
    }

    private static List<String> linear(Module model) {
        return model.modules().entrySet().stream().filter(e -> e.getValue() instanceof Linear).map(Map.Entry::getKey).toList();
    }

    /**
     * Saves a model's adapters.
     *
     * @param baseModel what {@code base_model_name_or_path} says: a name or a folder by which the base model is found; may be null
     */
    public static void save(Module model, String baseModel, Path folder) throws IOException {
        Map<String, Lora.Adapted> layers = Lora.layers(model);
        if (layers.isEmpty()) throw new TensorException("peft: the model has no adapters to save");
        Files.createDirectories(folder);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        Lora.parameters(model).forEach((name, parameter) -> writer.floats(PREFIX + name, parameter.shape().sizes(), () -> parameter.value().floats()));
        writer.write(folder.resolve(WEIGHTS));
        DurableFiles.replace(folder.resolve(PeftConfig.NAME), PeftConfig.of(layers, linear(model), baseModel).write());
    }
}
