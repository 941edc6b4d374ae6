package embedrl.models.decoder;

import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import tools.jackson.databind.node.ObjectNode;

/** Rotary frequencies from and to config.json: the older keys ({@code rope_theta}, {@code rope_scaling}) as well as the newer {@code rope_parameters}. */
public final class RopeSettings {
    private static final String ORIGINAL = "original_max_position_embeddings";

    private RopeSettings() {
    }

    /** The object of a decoder's settings that describes its rotary positions; one without fields where there is none. */
    public static ConfigFile section(ConfigFile decoder) {
        return decoder.isUnset("rope_parameters") ? decoder.section("rope_scaling") : decoder.section("rope_parameters");
    }

    /** Reads the frequencies of a decoder's settings; a kind that is not computed here is refused by name. */
    public static RopeFrequencies read(ConfigFile decoder, double thetaIfAbsent) {
        ConfigFile rope = section(decoder);
        double theta = rope.number("rope_theta", decoder.number("rope_theta", thetaIfAbsent));
        double partial = rope.number("partial_rotary_factor", decoder.number("partial_rotary_factor", 1));
        if (partial != 1) throw decoder.error("partial_rotary_factor must be 1: heads that are rotated in part are not computed, found " + partial);
        try {
            return switch (rope.text("rope_type", rope.text("type", "default"))) {
                case "default", "mrope" -> new RopeFrequencies.Plain(theta);
                case "linear" -> new RopeFrequencies.Linear(theta, rope.number("factor"));
                case "llama3" -> new RopeFrequencies.Llama3(theta, rope.number("factor"), rope.number("low_freq_factor"), rope.number("high_freq_factor"),
                        original(decoder, rope));
                case "yarn" -> yarn(decoder, rope, theta);
                default -> throw rope.wrong(rope.has("rope_type") ? "rope_type" : "type", "\"default\", \"linear\", \"llama3\" or \"yarn\"");
            };
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw decoder.error(e.getMessage());
        }
    }

    private static double original(ConfigFile decoder, ConfigFile rope) {
        if (decoder.has(ORIGINAL)) return decoder.number(ORIGINAL);
        return rope.has(ORIGINAL) || !decoder.has("max_position_embeddings") ? rope.number(ORIGINAL) : decoder.number("max_position_embeddings");
    }

    private static RopeFrequencies yarn(ConfigFile decoder, ConfigFile rope, double theta) {
        double original = original(decoder, rope);
        double factor = rope.has("factor") || !decoder.has("max_position_embeddings") ? rope.number("factor") : decoder.number("max_position_embeddings") / original;
        double mscale = rope.number("mscale", 0);
        double all = rope.number("mscale_all_dim", 0);
        double magnitude = mscale != 0 && all != 0 ? RopeFrequencies.Yarn.magnitude(factor, mscale) / RopeFrequencies.Yarn.magnitude(factor, all)
                : RopeFrequencies.Yarn.magnitude(factor, 1);
        return new RopeFrequencies.Yarn(theta, factor, original, rope.number("beta_fast", 32), rope.number("beta_slow", 1), rope.flag("truncate", true),
                rope.number("attention_factor", magnitude));
    }

    /** Writes frequencies with the newer keys; to is the object under {@code rope_parameters}. */
    public static void write(RopeFrequencies frequencies, ObjectNode to) {
        to.put("rope_theta", frequencies.theta());
        switch (frequencies) {
            case RopeFrequencies.Plain _ -> to.put("rope_type", "default");
            case RopeFrequencies.Linear l -> to.put("rope_type", "linear").put("factor", l.factor());
            case RopeFrequencies.Llama3 l -> to.put("rope_type", "llama3").put("factor", l.factor()).put("low_freq_factor", l.low())
                    .put("high_freq_factor", l.high()).put(ORIGINAL, (long) l.original());
            case RopeFrequencies.Yarn y -> to.put("rope_type", "yarn").put("factor", y.factor()).put(ORIGINAL, (long) y.original()).put("beta_fast", y.fast())
                    .put("beta_slow", y.slow()).put("truncate", y.truncated()).put("attention_factor", y.magnitude());
            case RopeFrequencies.Divided _ -> throw new ConfigException("config.json has no words for rotary frequencies with a divisor for each pair (rope_freqs.weight)"
                    + " of a GGUF file; save the model as GGUF");
        }
    }
}
