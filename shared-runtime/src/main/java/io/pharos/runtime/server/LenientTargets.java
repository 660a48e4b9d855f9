package io.pharos.runtime.server;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import reactor.netty.NettyPipeline;

/// Lets requests through whose target has characters that ought to be percent-encoded, as Go's server does: people ask
/// for `/api/v1/query?query=up{job="x"}` by hand. They are encoded here. A `%` in the query that begins no escape
/// becomes a `;`, so that its parameter is left out, which Go does with either.
@Sharable
final class LenientTargets extends ChannelInboundHandlerAdapter {
    private static final String HEX = "0123456789ABCDEF";
    private static final String NEVER_PLAIN = "\"<>\\^`{|} #";
    private static final boolean[] PLAIN = plain();
    private static final LenientTargets INSTANCE = new LenientTargets();

    private LenientTargets() {}

    /// Puts it behind the HTTP/1.1 codec, where there is one.
    static void install(ChannelPipeline pipeline) {
        if (pipeline.get(NettyPipeline.HttpCodec) != null) {
            pipeline.addAfter(NettyPipeline.HttpCodec, "lenient-targets", INSTANCE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            String target = request.uri();
            if (!isPlain(target)) {
                request.setUri(encode(target));
            }
        }
        context.fireChannelRead(message);
    }

    /// Whether there is nothing to encode; false where it takes a closer look to tell.
    private static boolean isPlain(String target) {
        byte[] bytes = target.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b < 0 || !PLAIN[b] && !(b == '%' && isEscape(target, i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean[] plain() {
        var plain = new boolean[128];
        for (int c = '!'; c < 0x7F; c++) {
            plain[c] = NEVER_PLAIN.indexOf(c) < 0 && c != '%' && c != '[' && c != ']';
        }
        return plain;
    }

    /// The target with nothing in it that `java.net.URI` refuses. Characters are bytes: Netty reads the line as Latin
    /// 1.
    static String encode(String target) {
        var out = new StringBuilder(target.length() + 16);
        boolean inQuery = false;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            inQuery |= c == '?';
            if (c == '%' && inQuery && !isEscape(target, i)) {
                out.append(';');
            } else if (c <= ' ' || c >= 0x7F || NEVER_PLAIN.indexOf(c) >= 0 || !inQuery && (c == '[' || c == ']')) {
                out.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isEscape(String target, int at) {
        return at + 2 < target.length()
                && Character.digit(target.charAt(at + 1), 16) >= 0
                && Character.digit(target.charAt(at + 2), 16) >= 0;
    }
}
