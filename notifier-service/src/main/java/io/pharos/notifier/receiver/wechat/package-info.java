/// WeChat Work: messages, by a token that is fetched and kept.
@NullMarked
package io.pharos.notifier.receiver.wechat;

import org.jspecify.annotations.NullMarked;
