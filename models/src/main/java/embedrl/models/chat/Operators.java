package embedrl.models.chat;

import java.util.ArrayList;
import java.util.List;

/** The operators of numbers, texts and lists, as Python defines them. */
final class Operators {
    private static final int LONGEST_LIST = 1_000_000;

    private Operators() {}

    static Object binary(String operator, Object left, Object right, int limit) {
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (operator.equals("+") && left instanceof String a) {
            return joined(a, Values.string(right), limit);
        }
        if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            check((long) a.size() + b.size(), Math.min(limit, LONGEST_LIST));
            List<Object> sum = new ArrayList<>(a);
            sum.addAll(b);
            return sum;
        }
        if (operator.equals("*") && left instanceof String text && right instanceof Long times) {
            return repeated(text, times, limit);
        }
        if (operator.equals("*") && right instanceof String text && left instanceof Long times) {
            return repeated(text, times, limit);
        }
        Number a = Values.number(left);
        Number b = Values.number(right);
        if (operator.equals("/")) {
            return a.doubleValue() / notZero(b).doubleValue();
        }
        return a instanceof Long x && b instanceof Long y ? longs(operator, x, y) : (Object) doubles(operator, a.doubleValue(), b.doubleValue());
    }

    /** Two texts, one after the other. */
    static String joined(String left, String right, int limit) {
        check((long) left.length() + right.length(), limit);
        return left + right;
    }

    static Object negated(Object value) {
        return Values.number(value) instanceof Long number ? (Object) (-number) : -Values.number(value).doubleValue();
    }

    private static String repeated(String text, long times, int limit) {
        long count = Math.clamp(times, 0, Integer.MAX_VALUE);
        check(text.length() * count, limit);
        return text.repeat((int) count);
    }

    private static Object longs(String operator, long a, long b) {
        try {
            return switch (operator) {
                case "+" -> Math.addExact(a, b);
                case "-" -> Math.subtractExact(a, b);
                case "*" -> Math.multiplyExact(a, b);
                case "//" -> Math.floorDiv(a, notZero(b).longValue());
                case "%" -> Math.floorMod(a, notZero(b).longValue());
                case "**" -> power(a, b);
                default -> throw new TemplateException("operator '" + operator + "' is not supported");
            };
        } catch (ArithmeticException e) {
            throw new TemplateException("the result of " + a + " " + operator + " " + b + " does not fit 64 bits");
        }
    }

    private static Object power(long a, long b) {
        if (b < 0) {
            return Math.pow(a, b);
        }
        long result = 1;
        long factor = a;
        for (long left = b; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = Math.multiplyExact(result, factor);
            }
            factor = left > 1 ? Math.multiplyExact(factor, factor) : factor;
        }
        return result;
    }

    private static double doubles(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "//" -> Math.floor(a / notZero(b).doubleValue());
            case "%" -> a - Math.floor(a / notZero(b).doubleValue()) * b;
            case "**" -> Math.pow(a, b);
            default -> throw new TemplateException("operator '" + operator + "' is not supported");
        };
    }

    private static Number notZero(Number divisor) {
        if (divisor.doubleValue() == 0) {
            throw new TemplateException("division by 0");
        }
        return divisor;
    }

    private static void check(long length, int limit) {
        if (length > limit) {
            throw new TemplateException("a text or list is longer than " + limit);
        }
    }
}
