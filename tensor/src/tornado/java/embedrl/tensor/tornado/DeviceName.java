package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;

/** A device as given on the command line: {@code tornado} is the first one, {@code tornado:1:0} device 0 of backend 1. */
record DeviceName(int backend, int device) {
    static DeviceName parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts[0].equals("tornado") && parts.length == 1) return new DeviceName(0, 0);
        try {
            if (parts[0].equals("tornado") && parts.length == 3) return new DeviceName(Integer.parseUnsignedInt(parts[1]), Integer.parseUnsignedInt(parts[2]));
        } catch (NumberFormatException _) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static TensorException wrong(String text) {
        return new TensorException("device '" + text + "': write tornado, or tornado:BACKEND:DEVICE with numbers that the command 'devices' lists, such as tornado:0:0");
    }

    @Override
    public String toString() {
        return "tornado:" + backend + ":" + device;
    }
}
