package io.pharos.runtime.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.util.NetUtil;
import io.pharos.model.text.GoText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.PrematureCloseException;

/// Failures of the JDK and Netty in the words of Go's `net/http`.
final class GoErrors {
    private GoErrors() {}

    static String file(String file, IOException e) {
        return "open " + file + ": "
                + switch (e) {
                    case NoSuchFileException _ -> "no such file or directory";
                    case AccessDeniedException _ -> "permission denied";
                    default -> String.valueOf(e.getMessage());
                };
    }

    static HttpException of(String method, String url, Throwable failure) {
        if (failure instanceof HttpException known) {
            return known;
        }
        boolean timedOut = isTimeout(failure);
        return new HttpException(prefix(method, url) + reason(url, failure, timedOut), timedOut, failure);
    }

    /// `Get "http://…": `.
    static String prefix(String method, String url) {
        return method.charAt(0) + method.substring(1).toLowerCase(java.util.Locale.ROOT) + " " + GoText.quote(url)
                + ": ";
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof ConnectTimeoutException;
    }

    private static String reason(String url, Throwable failure, boolean timedOut) {
        if (timedOut) {
            return "context deadline exceeded";
        }
        if (failure instanceof OAuth2Tokens.Failure) {
            return String.valueOf(failure.getMessage());
        }
        if (cause(failure, UnknownHostException.class) != null) {
            return "dial tcp: lookup " + HttpSender.hostOf(url) + ": no such host";
        }
        if (cause(failure, NoRouteToHostException.class) != null) {
            return "dial tcp" + address(failure) + ": connect: no route to host";
        }
        ProxyConnectException proxy = cause(failure, ProxyConnectException.class);
        if (proxy != null) {
            return "proxyconnect tcp: " + proxy.getMessage();
        }
        if (cause(failure, ConnectException.class) != null) {
            return "dial tcp" + address(failure) + ": connect: connection refused";
        }
        if (failure instanceof PrematureCloseException) {
            return "EOF";
        }
        SSLException tls = cause(failure, SSLException.class);
        if (tls != null) {
            return "tls: " + tls.getMessage();
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /// Netty writes `Connection refused: host/1.2.3.4:80`.
    private static String address(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = t.getMessage();
            int slash = message == null ? -1 : message.lastIndexOf('/');
            if (message != null && slash >= 0) {
                return " " + shortened(message.substring(slash + 1));
            }
        }
        return "";
    }

    /// `[0:0:0:0:0:0:0:1]:80` as `[::1]:80`.
    private static String shortened(String address) {
        int end = address.lastIndexOf(']');
        if (!address.startsWith("[") || end < 0) {
            return address;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address.substring(1, end));
        return bytes == null ? address : "[" + NetUtil.bytesToIpAddress(bytes) + "]" + address.substring(end + 1);
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            depth++;
        }
        return null;
    }
}
