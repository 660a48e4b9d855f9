package io.pharos.runtime.aws;

import io.pharos.runtime.aws.AwsTransport.Answer;
import io.pharos.runtime.http.HttpCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// Calls of AWS' Query API: a form in, XML out.
public final class AwsQuery {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8";

    private final AwsTransport transport;
    private final InstantSource time;

    public AwsQuery(AwsTransport transport, InstantSource time) {
        this.transport = transport;
        this.time = time;
    }

    /// Calls and answers the root of the document.
    ///
    /// @param signature absent for the calls that need none
    public Element call(String endpoint, @Nullable AwsSignature signature, Map<String, String> form)
            throws IOException, InterruptedException {
        var pairs = new ArrayList<String>();
        form.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
        byte[] body = String.join("&", pairs).getBytes(StandardCharsets.UTF_8);
        HttpCall call = HttpCall.post(endpoint, CONTENT_TYPE, body, TIMEOUT);
        Answer answer = transport.send(signature == null ? call : signature.sign(call, time.instant()));
        if (answer.status() != 200) {
            throw new IOException(form.get("Action") + " failed with status " + answer.status() + ": " + error(answer));
        }
        return parse(answer.body());
    }

    private static String error(Answer answer) {
        try {
            Element root = parse(answer.body());
            String code = deep(root, "Code");
            return code.isEmpty() ? "no error code" : code + ": " + deep(root, "Message");
        } catch (IOException _) {
            return "no XML";
        }
    }

    private static String deep(Element root, String name) {
        var found = root.getElementsByTagNameNS("*", name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static Element parse(byte[] xml) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException("answer is not XML: " + e.getMessage(), e);
        }
    }

    /// The text below a path of child elements, `""` if there is none.
    public static String text(Element from, String... path) {
        Element at = from;
        for (String name : path) {
            List<Element> next = children(at, name);
            if (next.isEmpty()) {
                return "";
            }
            at = next.getFirst();
        }
        return at.getTextContent().strip();
    }

    /// The `item` elements of a child that is a list.
    public static List<Element> items(Element from, String name) {
        var items = new ArrayList<Element>();
        for (Element list : children(from, name)) {
            items.addAll(children(list, "item"));
        }
        return items;
    }

    private static List<Element> children(Element from, String name) {
        var found = new ArrayList<Element>();
        for (Node node = from.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                found.add(element);
            }
        }
        return found;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
