package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A device as given on the command line: {@code tornado} is the first one, {@code tornado:1:0} device 0 of backend 1; options follow, as in {@code tornado:bf16} or
 * {@code tornado:1:0:bf16}.
 */
record DeviceName(int backend, int device, Set<DeviceOption> options) {
    static DeviceName parse(String text) {
        String[] parts = text.split(":", -1);
        if (!parts[0].equals("tornado")) throw wrong(text);
        boolean numbered = parts.length > 2 && isNumber(parts[1]) && isNumber(parts[2]);
        Set<DeviceOption> options = EnumSet.noneOf(DeviceOption.class);
        for (String word : Arrays.asList(parts).subList(numbered ? 3 : 1, parts.length))
            options.add(DeviceOption.named(word).orElseThrow(() -> wrong(text)));
        try {
            return numbered ? new DeviceName(Integer.parseUnsignedInt(parts[1]), Integer.parseUnsignedInt(parts[2]), options) : new DeviceName(0, 0, options);
        } catch (NumberFormatException _) {
            throw wrong(text);
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static TensorException wrong(String text) {
        return new TensorException("device '" + text + "': write tornado, or tornado:BACKEND:DEVICE with numbers that the command 'devices' lists, such as tornado:0:0; options may follow, such as "
                + "tornado:0:0:bf16; there are " + DeviceOption.names());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("tornado:" + backend + ":" + device);
        for (DeviceOption option : options) text.append(':').append(option.word());
        return text.toString();
    }
}
