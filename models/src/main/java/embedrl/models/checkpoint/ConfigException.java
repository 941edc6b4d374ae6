package embedrl.models.checkpoint;

/** A configuration file that is malformed, lacks something, or asks for something that is not computed here. */
public final class ConfigException extends IllegalArgumentException {
    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
