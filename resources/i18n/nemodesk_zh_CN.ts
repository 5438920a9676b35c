<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>自由软件，采用 Apache 许可证 2.0 版。</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>版本 {0}。</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>构建所用</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>你的对话都留在这台电脑上。你写的任何内容都不会发往别处。</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>NemoDesk 不做任何统计，也不上报任何关于你的信息。</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>只有在你要求时，它才会连接互联网。</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>各程序库的许可证</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>从这里在新对话中继续</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>没有显卡</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>你的电脑：%1，%2 内存，%3。</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1（共用内存）</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>未知的处理器</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1（NemoDesk 暂时无法使用）</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>从你的下一条消息起生效。届时模型会重新加载。</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>这些选择从你的下一条消息起生效。</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1 个 token 约可容纳 %2 个词，占用 %3 内存。</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>这台电脑目前最多可容纳 %1 个。</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>请选小一些，否则模型无法加载。</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>你的选择已被替换</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>它们没有保存为预设。</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>恢复原来的选择</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>已附加 %1。</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>将文本放入消息</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>粘贴的文本</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1：有 %2没有文字，模型无法读取。</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>正在读取… %1/%2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 页</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 个词</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>这个模型看不了图片，只会得知图片的名称。</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 页</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 个词</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>备份全部内容</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>口令会封住备份：没有口令谁也打不开，口令丢失后谁也找不回。若不设口令，任何拿到文件的人都能读到你的对话。</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>选择位置…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>口令（可选）</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>同时保存密钥</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>例如 Hugging Face 的密钥。仅在设有口令时可用。</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>口令至少需要 %1 个字符。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>当前显示</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>删除文件夹，保留其中的对话</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>移回对话列表</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>移出文件夹</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>文件夹名称</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>临时</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>文件夹 %1，已折叠</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>文件夹 %1</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>新文件夹</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>“%1”已归档。</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>对话已归档（%1 个）。</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>“%1”已删除。</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>对话已删除（%1 个）。</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>文件夹“%1”已删除。其中的对话仍在。</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>将文件拖放到这里即可附加</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>对话菜单</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>显示对话列表</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>临时对话</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>正在加载模型… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>正在读取… %1 / %2 个 token</translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation>选词的自由程度。0 表示总选最可能的词；数值越大，变化越多。</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>只保留合计占到这一份额的最可能的词。1 表示全部保留。</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>排除可能性远低于首选词的词。0 表示全部保留。</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>只保留这么多个最可能的词。0 表示全部保留。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>种子相同、问题相同，得到的回答也相同。</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>最多生成的 token 数</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>回答最多可以多长。100 个 token 约为 75 个英文单词。留空则由模型自行结束。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>模型能记住多少对话内容，以 token 计。留空则由 NemoDesk 选择这台电脑能轻松承受的长度。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>对话设置</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>当前显示</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>对话设置</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>关闭对话设置</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>这些选择的适用范围</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>此对话</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>使用此模型的所有对话</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>如何选词</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>如何与模型交流</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>全部校验</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>正在校验你的模型</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>已校验的模型</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>完整读取每个模型文件，并与它应有的内容比对。大模型需要几分钟。</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>附加文件</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>请先选择一个模型</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>仍有文件正在读取。</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>会连接到哪里</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>Hub</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>你的密钥</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>NemoDesk 只连接 %1 以及它为其文件指定的服务器，而且只在你搜索模型、查看模型详情或下载模型时连接。除此之外不连接任何地方，也绝不会发送你的对话。</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>总结开头部分</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>使用更长的上下文</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>停止总结</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>从 %2 千增加到 %1 千。届时模型会重新加载。</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1 / %2 千</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>约 %1 / %2 千</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>模型一次能读取的内容已占用多少，以千个 token（词的片段）计。按下可查看详情。</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>这段对话对模型来说快要太长了。从你的下一条消息起，它将不再读取开头部分；对话中会有一条线标出位置。</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>你的消息对模型来说太长：它有 %1 个 token（词的片段），而空间只够 %2 个。请缩短消息，或让模型使用更长的上下文。</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>为了继续下去，模型不再读取这段对话的开头。</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>正在加载模型… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>模型正在阅读对话… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>模型正在为开头部分写总结。你的消息会保留。</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>先前对话的总结</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>模型读取的内容</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>在模型加载之前，这些都是估算值。</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>每来一条消息，模型都会重新读一遍对话。它一次能容纳 %1 个 token（词的片段），约合 %2 个英文单词。</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指示</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>开头部分的总结</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>你的消息</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>目前的回答</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>为回答预留</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>正在查询可选版本</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>%1 的可选版本</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 正在等待网络</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>会自动重试。</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>查看下载</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1 未能下载</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1 已下载完成</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>它已通过校验，现在就能使用，在已打开的对话中也可以。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>正在等待网络</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>正在校验</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>已下载并通过校验</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>没有下载</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>你下载的模型在传输期间会列在这里。</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>下载中断后会接着进行，完成后会校验。</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>请写下你的恢复密钥</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>当密钥环或密码丢失时，它能打开你的对话。若没有它，对话就找不回来了，谁也帮不上忙。请把它写在纸上，或保存在另一台设备上。</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>加密我的对话</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>请输入其中两组，确认你记下的没有错：</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>第 %1 组</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>密码（可留空）</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>这台电脑没有能保存密钥的密钥环，因此每次启动时都需要用密码打开你的对话。</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>如果不设密码，只要你登录了这台电脑，对话就会自动打开。如果设了密码，NemoDesk 每次启动都会询问。</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>第 %1 组不对。请与上面显示的内容对照。</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>加密我的对话…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>关闭加密…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>显示恢复密钥</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>正在加密你的对话</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>要关闭加密吗？</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>之后，能读取这台电脑上文件的人就能读到你的对话。恢复密钥和密码将不再需要。</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>关闭加密</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>要抹除全部内容吗？</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>所有对话、附件及其副本，所有设置、密钥、密码和日志都将被永久抹除，随后 NemoDesk 会关闭。模型会保留。固态硬盘可能会在一段时间内留有旧数据块。</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>抹除全部内容</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>ERASE</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>请输入 %1 以继续</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>请先输入 %1 这个词。</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>在这里行不通</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>它已经不在了</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>对话太长</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>没有连接</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>此模型无法使用</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>此文件无法读取</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>引擎出现问题</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>保存失败</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>已导入的对话：%1。</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>已经存在：%1。</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>已略过：%1。</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>在结束之前被停止。</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>还有 %1 个。</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1（%2）不在这台电脑上。请在“模型”中查找。</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>于 %1 由 %2 制作。</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>对话：%1。消息：%2。设置：%3。密钥：%4。列表中的模型：%5。</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>一切都会恢复成备份时的样子。其他对话会移到回收站，其他设置会恢复默认值。</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>会先备份现有内容。</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>NemoDesk 聊天</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>导出为 .html、.md、.json 或 .jsonl</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>对话保存到哪里</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>正在导出你的对话</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>此文件中有 1 个对话：</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>%1 个对话：</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>已导出</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>要导入的对话</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>对话 (*.json *.jsonl *.zip *.nemodesk);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>正在导入对话</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>备份保存到哪里</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>正在备份全部内容</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>备份已完成。</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>NemoDesk 备份 (*.nemodesk);;所有文件 (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>要恢复的备份</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>正在读取备份</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>正在恢复备份</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>原先的内容保存在 %1。</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>另一项操作仍在进行。请等它结束。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>重置：%1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>无。例如：请简短回答。</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>在你的第一条消息之前告诉模型的话：它该扮演谁，该怎样写。</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>先思考</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>立即回答</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>思考能让难题的回答更好，但每个回答都会变慢。</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>如何为模型组合消息，使用 Jinja 编写。清空后会恢复为模型自带的模板。</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>你为使用此模型的所有对话所做的选择。</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>此模型的推荐值：%1。</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>这不是模型自带的模板。</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>这是模型自带的模板。</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>打开模型文件</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>模型文件 (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>附加文件</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>目录中没有很适合这台电脑的模型。入门模型可以用，你也可以在“模型”中打开自己的模型文件。</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>需下载 %1</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>需要 %1 内存</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>在它下载完之前，由入门模型回答。你的对话会保留。</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>它一下载完，你就可以开始对话。</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>正在下载 %1</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>查看下载</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>移动…</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>正在移动你的模型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>永久删除…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>移回对话列表</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>使用它们</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>高对比度会让所有元素的边缘更清晰。</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>合适的模型</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>欢迎页会查看这台电脑，并推荐最适合它的模型。</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>再次显示欢迎页</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>你的设置保存在哪里</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>正在查询 Hugging Face</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>在 Hugging Face 上搜索“{0}”</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>Hugging Face 上的“{0}”</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>没有叫这个名字的模型。请减少或更换关键词。</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>其中没有 NemoDesk 能加载的模型文件。</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>跳到末尾</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>有些模型只提供给在 Hugging Face 上接受了其许可协议的人。你账户的密钥（“access token”）可以解锁它们。“Read”权限就够了。</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>添加密钥…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>更换密钥…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>移除密钥…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>已保存密钥。</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>没有密钥。</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>要移除密钥吗？</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>之后将无法下载需要它的模型。密钥本身仍然有效。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>恢复密钥</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>Hugging Face 的密钥</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>保存密钥</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>请从 Hugging Face 账户的“Access Tokens”页面复制。</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>这不是密钥：其中有空格或其他符号。</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>你的恢复密钥</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>拥有它的人就能读到你的对话。请把它写在纸上，或保存在另一台设备上。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>恢复密钥</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>从空白对话开始…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>要从空白对话开始吗？</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>没有密码和恢复密钥，谁也读不了你的对话，包括你自己。原来的文件会保留在新文件旁边，以备日后找到恢复密钥。</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>从空白对话开始</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>使用密码</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>使用恢复密钥</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>再次询问密钥环</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>请在 %1 秒后再试。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>密钥环没有给出密钥。</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>你的对话已加密</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>这台电脑的密钥环没有给出它们的密钥。请解锁密钥环，或输入你写下的恢复密钥。</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>忘记了？你的对话没有加密，所以这只是一道门：在终端中运行“nemodesk settings reset lock.enabled”即可打开。</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDesk 已锁定</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>输入密码以查看你的对话。</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>密码不正确。</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>你从空白对话开始</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>加密的对话保存为 %1。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>将模型拖放到这里即可添加</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>新建不保留任何内容的对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>写消息</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>发送消息</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>编辑你的上一条消息（输入框为空时）</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>停止回答，或关闭已打开的内容</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>为消息附加文件</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>对话设置</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>在列表中重命名对话</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>锁定 NemoDesk（设有密码时）</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>显示这些快捷键</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>关闭 NemoDesk</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>显示总结</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>总结</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>模型正在为以上内容写总结。</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>模型读取的是以上内容的总结。</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>对于这条线以上的内容，模型只读取总结，其余不再读取。</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>模型不再读取这条线以上的内容。</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>隐藏总结</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>对话记录</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>编辑后的消息</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>你停止了这个回答。</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>这个回答被中断了。按“继续”可从这里接着写。</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>这个回答达到了长度上限。按“继续”可从这里接着写。</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>这个回答未能完成。</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>打开它在 Hugging Face 上的页面</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>要从这台电脑移除 {0} 吗？使用它的对话会保留。</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>这台电脑上的模型</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>打开模型文件…</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>这台电脑上还没有模型。请在“模型”中下载一个。</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1 会在你发送下一条消息时加载</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1 在显卡上运行（%2）</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 在处理器上运行</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1，在这台电脑上</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>有 %1 个模型未能加入</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 已就绪</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1 个模型已就绪</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 已移除。</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 和 %2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>这台电脑上已有 1 个来自 %2 的模型：%1。</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>这台电脑上已有 %1 个来自 %2 的模型。</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>打开模型文件…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>查找新模型</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>模型列表</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>这台电脑能运行哪些模型，写得有多快。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>适合这台电脑</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>这里没有找到</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>这台电脑上和目录中都没有名为“{0}”的模型。</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>没有可显示的内容</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>选择“全部”可查看所有模型。</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>打开一个模型文件，或将它拖放到这里。模型文件以 .gguf 结尾。</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>例如：简短回答</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>已有同名的预设。保存会替换它。</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>导航</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>当前显示</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>已完成 %1</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>请输入 %1 到 %2 之间的数字。</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>请输入 %1 到 %2 之间的整数。</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>此备份受保护</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>请输入制作备份时使用的口令。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>请先输入口令。</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>设置密码…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>更改密码…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>移除密码…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>自动锁定</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>仅在启动时</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>%1 分钟后</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>NemoDesk 每次启动时以及锁定后都会询问密码。密码不会记录在任何地方：忘记后只有恢复密钥能帮上忙。</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>NemoDesk 每次启动时以及锁定后都会询问密码。不加密时它只是一道门：能读取这台电脑上文件的人就能读到你的对话。</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>之后，使用这台电脑的人都能打开 NemoDesk 并读到你的对话。</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>这台电脑没有能保存密钥的密钥环：之后 NemoDesk 每次启动都会询问恢复密钥。</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>要移除密码吗？</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>移除密码</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>选择密码</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>密码至少需要 %1 个字符。四个互不相关的词既容易记住，又难以猜中。</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>性能</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>NemoDesk 会自行找出适合这台电脑的设置。只有想试一试，或要为其他程序留出空间时，才需要更改。</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>用什么计算</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>对话占用多少内存</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>系统中的变量 %1 优先于此设置。</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>在这台电脑上，“自动”即 %1。</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>此版 NemoDesk 只用处理器计算。</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>在这台电脑的密钥环中，由你的登录保护。</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>NemoDesk 在这里是便携版：设置保存在文件 %1 中，密钥会在关闭时遗忘。</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>这台电脑的密钥环现在无法使用。在此期间，设置保存在文件 %1 中，密钥会在 NemoDesk 关闭时遗忘。</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>它保存在这台电脑的密钥环中，绝不会显示。</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>NemoDesk 关闭时会遗忘它：密钥环现在无法使用。</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>保存或更改预设</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>有名称的一组选择</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>无预设</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1，已更改</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>你自己的选择</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>保存为预设…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>将更改保存到“%1”</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>重命名“%1”…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>删除“%1”…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>保存为预设</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>重命名预设</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>要删除预设“%1”吗？</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>使用它的对话会保留其中的值。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>这里只显示开头部分。模型会得到放得下的全部内容。</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>文件的文本</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>无法显示这张图片。</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>隐私与安全</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线使用</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>之后 NemoDesk 不建立任何连接：不搜索模型，也不下载。</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>抹除全部内容…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>加密</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>保存了什么，保存在哪里</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>要恢复此备份吗？</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>现有的对话</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>一并保留</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>会添加这里没有的对话，设置则以备份为准。</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 你是指 %2 吗？</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 在此期间，设置保存在 %2 中；密钥和密码会在 NemoDesk 结束时遗忘。</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 设置保存在 %2 中；密钥和密码会在 NemoDesk 结束时遗忘。</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 将在 %2 秒后重试。</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 其中的内容不予采用。</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 属于 %2，移走后对方会缺少它。请在原处使用，或复制一份。</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1 是 NemoDesk 自带的，也会随它一起移除。</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>无法连接到 %1。请检查网络，以及 HF_ENDPOINT 和 HTTPS_PROXY（如果你设置过），然后再试。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>无法读取 %1（%2）。请检查它是否还在，以及你是否有权读取。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>无法读取 %1（%2）。请检查你是否有权读取。</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>无法读取 %1。请提供你有权读取的文件。</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>无法写入 %1（%2）。请选择其他位置。</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1 不支持搜索。请改为提供模型的完整名称，形如 OWNER/NAME。</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>无法加载 %1：文件已损坏，或是为另一个版本的引擎制作的。请重新下载，或更新 NemoDesk。</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>无法读取 %1：NemoDesk 的一个部分没有启动。请再试一次，或重新安装 NemoDesk。</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1 不接受 HF_TOKEN 中的密钥。请在 %2 新建一个，或移除 HF_TOKEN。</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1 的应答不像一个 Hub。请稍后再试，或检查 HF_ENDPOINT（如果你设置过）。</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1 没有及时应答。请检查网络后再试。</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1 拒绝访问（状态 %2）。请检查 HF_TOKEN（如果你设置过），或选择其他模型。</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1 中不是 Hub 的密钥。请重新复制密钥（须为一个连续的词），或移除它。</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1 中不是代理的地址。请写成 http://HOST:PORT，或移除它。</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 块显卡，显存共 %2</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1 自身出现问题（状态 %2）。请几分钟后再试。</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>%1 收到来自这里的请求过多。请再试一次（%2）。</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1 没有 GGUF 模型。请改为搜索“%2 GGUF”。</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1 没有“%2”。请从这些中选择一个：%3。</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1 包含的文件超过 %2 个。请只选择存放对话的文件夹。</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1 超过 800 万个字符，这里没有模型能读完。请只提供其中重要的部分。</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1 不含文本：它的页面是图片。请先用文字识别（OCR）程序添加文本，再提供结果。</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1，%2 位</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 是文件。请选择文件夹。</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 是文件夹。请提供其中的文件。</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 是指向另一个文件的链接。请在原处使用，或复制一份。</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1 正在写入。请等它结束。</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 已损坏，无法读取。请重新保存，或提供其他文件。</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 已损坏：它的内容与名称 %2 应有的内容不符。请从来源处重新获取该文件。</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 是空的。</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 正在使用中，Windows 没有释放它。请关闭使用它的对话和程序，然后再移除。</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 现已加入你的模型库，但 %2 无法移除。请自行移除。</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 保存在 %2 中。如果不再需要这个模型，请移除那里的文件。</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 不是此模型的 LoRA 适配器。请选择为它制作的 GGUF 格式适配器。</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 不是能读取的文本文件、PDF、文档或图片。请将它保存为纯文本或 PDF 后再提供。</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 不是空的。请为你的模型选择新的或空的文件夹。</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1 已不在回收站中。请重新下载。</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 受密码保护。请另存为不带密码的文件后再提供。</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 太大：文本文件最大 8 MB，其他文件最大 64 MB。请只提供其中重要的部分。</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>此模型的 %1 层放不进显卡。请选少一些，或用 -1 表示尽可能多。</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1 位于模型文件夹内部。请选择 %2 以外的文件夹。</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>无权读取或更改 %1，或者它正被其他程序使用。请检查权限，或关闭那个程序。</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1 不再有文件 %2。请重新搜索该模型并选择其他文件。</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1 需要%2。</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>移动模型期间 %1 被写入。请暂停下载后再试；你的模型仍在 %2 中。</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1，%2 核，%3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1，%2 层在显卡上</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1：%2 很合适，速度为%3。</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1：%2 可以运行，速度为%3。</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>%1 个 token 的上下文需要 %2 内存，而这台电脑有 %3 可用。最多可容纳 %4 个 token：请不要超过这个数。</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>%1 的副本与原件不一致。没有做任何更改：请检查磁盘后再试。</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>这段对话中有一条消息长达 %1 个 token（词的片段），超过了模型为写总结所能读取的长度（%2）。请选择更长的上下文。</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>NemoDesk 的一个部分无法启动。请重新安装 NemoDesk。</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>密码至少需要 %1 个字符。四个互不相关的词既容易记住，又难以猜中。</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>恢复密钥共有 %1 个字母和数字，分为 %2 组；你输入的有 %3 个。请看看是否漏了或重复了。</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>随 NemoDesk 附带的很小的模型，让你马上就能对话；它的回答很简单，也常常出错。</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>闲置多久后再次询问密码。</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>已经结束的回答不能再是正在写的回答。</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>另一个 NemoDesk 正在获取此模型。这一个会等它完成。</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>另一个程序正在使用你的对话，没有释放。请关闭 NemoDesk 的其他窗口后再试。</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>请选择 %1 个字符以上的口令。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请另选一个。</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>在每个回答旁显示它的书写速度。</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>请从来源处重新获取该文件，或使用其他模型。</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>请用我提问所用的语言，为我们的对话起一个两到六个词的标题。只回答标题本身，不要加引号。</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINT 中不是 Hub 的地址。请写成 https://HOST，或移除它。</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>对话在内存中保存的精确程度；q8_0 只占一半空间。</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>所有下载合计的最高速度。</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>移除的对话和模型在回收站中保留多久。</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>模型有多少层由显卡计算。</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>用多少个处理器线程计算。</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>模型能记住多少对话内容。</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>窗口的外观；“system”表示跟随电脑的设置。</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>请安装适用于较旧电脑的 NemoDesk 版本。</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>应答的不是 %1，而是一个网页。如果此网络要求登录，请在浏览器中登录后再试。</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>其中的值远远多于任何对话。</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>它已损坏，或嵌套深得离谱。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>它超过 %1。</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>它不是 NemoDesk 认识的对话类型。</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>它需要 %1 内存，%3运行时速度为%2。</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>它需要 %1 内存，而这台电脑能提供 %2。</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>现在它用更少的内存保存对话。</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>现在它只在处理器上运行。</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>现在它可处理最多约 %1 个词的对话。</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>已略过：解压后会大得离谱。</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>只有设有口令的备份才会保存密钥。请选择一个口令。</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>知识丰富得多，理解力也强得多，内存足够时速度也快；需要约 24 GB 或更多内存。</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>请让 Ollama 重新获取，或使用其他模型。</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>加载已停止。</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>NemoDesk 在显示对话之前会询问密码。</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>NemoDesk 无法将文件保存在 %1：%2。请在那里腾出空间或允许写入，或用 NEMODESK_HOME 选择其他文件夹。</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>NemoDesk 无法将文件保存在 %1：%2。请在那里腾出空间或允许写入。</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>NemoDesk 无法使用 %1 中的模型列表。请检查磁盘和文件夹的权限。</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>NemoDesk 无法写入 %1：%2。请在那里腾出空间或允许写入，然后再试。</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>NemoDesk 正在关闭。请重新启动它。</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDesk 已经打开，可能是在另一台电脑上，而且没有应答。请在那里关闭它，然后重新启动。</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>NemoDesk 在这里是便携版。</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>NemoDesk 不建立任何连接。</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>NemoDesk 无权写入保存你的对话的 %1。请允许它在那里写入，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>NemoDesk 无权写入 %1。请允许在那里写入，或为模型选择其他文件夹。</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>%1（SSL_CERT_FILE）中没有为 %2 担保的证书颁发机构。请添加此网络的颁发机构，或移除 SSL_CERT_FILE 以信任系统的设置。</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>没有这台电脑信任的证书颁发机构为 %1 担保。如果网络会检查连接，请将 SSL_CERT_FILE 设为含有其证书颁发机构的文件。</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>没有加载模型。请先选择一个模型。</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>恢复密钥中不会有 %1。请再看看你记下的内容。</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>无法与 %1 建立安全连接。请检查 HTTPS_PROXY 和 HF_ENDPOINT（如果你设置过），然后再试。</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>没有从 %1 导入任何内容：其中没有 NemoDesk 能读取的对话。它能读取自己导出的文件，以及 ChatGPT、Open WebUI 和 LM Studio 导出的文件。</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>离线模式已开启（HF_HUB_OFFLINE），因此 NemoDesk 不连接任何地方。要搜索或下载模型，请将它关闭。</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>只能继续回答，不能继续问题。</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>此模型缺少第 %1 部分（共 %2 部分）：%3。请重新下载模型。</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>图片 %1：已附加，但你看不到它。</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>同等大小中又快又聪明；在大多数电脑上运行良好。</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>读取 %1 耗费的时间或内存过多，因此已停止。请提供更简单或更短的文件。</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>请将它移除并重新下载。</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>运行 `nemodesk models list` 可查看有哪些。</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>设置和密钥保存在这台电脑的密钥环（%1）中。</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>无法保存设置：%1 无法写入。请在磁盘上腾出空间，或允许在那里写入。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>已停止。没有做任何更改。</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>已停止。之前完成的部分会保留。</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>已停止。你的对话保持原样。</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>请总结我们到目前为止的对话，使对话仅凭你的总结就能继续下去。保留名称、数字、决定、结果和未解决的问题。最多写 200 个词，使用我们对话所用的语言，只写总结，不写其他内容。</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>已经错了好几次。请等待 %1 秒后再试。</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>%1必须在 %2 到 %3 之间，不能是 %4。</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>你的 HF_TOKEN 所属账户还不能使用 %1。请在 %2 接受其许可协议，获得访问权限后再试。</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>回答已停止。</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>压缩包已损坏，或没有下载完整。</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>无法读取 %1 中的证书颁发机构。请检查 SSL_CERT_FILE，或移除它。</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>%1 的证书今天无效。请检查这台电脑的日期和时间。</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>出示的证书属于另一台电脑，而不是 %1。请检查 HF_ENDPOINT。</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>对话模板有错误：%1。请重置为模型自带的模板。</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>对话已经关闭。请重新启动 NemoDesk。</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>与 %1 的连接断开了。请再试一次。</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>与 Hub 的连接中断了。</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>磁盘已满。模型已下载的部分保存在 %1 中：请腾出空间，然后继续下载。</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>磁盘拒绝 %1：%2。请检查磁盘。</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>磁盘拒绝将模型保存在 %1 中。请检查磁盘，然后继续下载。</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>在 %1 中保存你的对话时，磁盘报告了故障。请检查磁盘后再试。</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>%1 所在的磁盘已满。请在那里腾出空间后再试。</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>下载进程属于另一个版本的 NemoDesk。请重新安装 NemoDesk。</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>下载被外部终止。已下载的部分会保留；你可以接着下载。</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>引擎属于另一个版本的 NemoDesk。请重新安装 NemoDesk。</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>引擎无法在此处理器上运行：处理器缺少引擎构建时所用的指令。</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>引擎未能算出这个回答。请再试一次。</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>引擎出错了。请再试一次。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>引擎意外停止。</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>引擎被外部终止，可能是因为内存耗尽。</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>引擎已停止。</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>文件 %1 与 Hub 自己的校验和不符，重新获取之后仍然如此。没有保留它的任何部分。请稍后再试，或选择其他文件。</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>文件 %1 在 Hub 上已有变化。将从头获取。</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>文件 %1 已经不在了。</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>文件与 Hub 的校验和不符。正在重新获取损坏的部分。</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>该文件在此期间已在 Hub 上有变化。请重新搜索该模型。</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>文件已损坏，或中途截断。</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>%1 的文件不在了：%2。请连接它所在的磁盘，或用 `nemodesk models remove %3` 将它从列表中去掉。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>保存你的对话的文件已损坏，而且无法重命名。请关闭 NemoDesk 的其他窗口，或将 %1 移到别处，然后重新启动 NemoDesk。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>保存你的对话的文件已损坏。它已另存为 %1，NemoDesk 将使用一个空文件继续。请再试一次。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>保存你的对话的文件已损坏。请重新启动 NemoDesk：它会将损坏的文件放到 %1，并抢救能读取的内容。</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>保存你的对话的文件曾损坏，现保留为 %1。已尽可能抢救出可读取的内容：%2。请再试一次以继续。</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>文件夹 %1 现在是指向另一处的链接，NemoDesk 不会跟随它。请移除该链接。</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>存放模型的文件夹不见了：%1。请重新连接它所在的磁盘，然后继续下载。</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>语法规则中有错误。请改正或去掉它。</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>Hub 没有说明 %1 有多大，因此无法校验。请选择其他文件。</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>Hub 给此文件的名称会落在模型文件夹之外，或是任何磁盘都无法保存的名称。请选择其他模型。</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>Hub 自身出现问题。</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>Hub 收到来自这里的请求过多。</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>文件 %1 在获取期间在 Hub 上不断变化。请稍后再试。</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>Hub 发送的文件 %1 少于它应有的内容。请稍后再试。</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>Hub 的应答毫无意义：可能有其他程序挡在中间，例如无线网络的登录页面。请打开一个网页看看，然后再试。</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>加密对话的密钥。</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>用于访问 Hub 上受限仓库和私有仓库的密钥。</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>密钥环没有应答。</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>密钥环已锁定。</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>密钥环对 Python 程序是关闭的。</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>密钥环拒绝访问。</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>窗口的语言；“system”表示跟随电脑的设置。</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>%1 的制作者要求你先接受其许可协议。请在 %2 接受，然后将 HF_TOKEN 设为你账户的密钥。</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>无法读取模型文件 %1。请检查磁盘和文件的权限。</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>模型文件 %1 已经不在了。</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>由模型为新对话起标题。</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>模型没有写出总结。请再试一次，或不用总结继续：届时会略去最早的消息。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>模型的对话模板无法呈现这段对话：%1。请去掉系统提示词再试，或开始新对话。</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>找不到名称 %1。请检查这台电脑是否已连接互联网，然后再试。</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>%1 的名称中含有不是文字的符号。请重命名该文件。</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>保存你的对话的新文件与旧文件不一致。没有做任何更改：请检查磁盘后再试。</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>此网络的代理要求提供用户名和密码。请将它们写入 HTTPS_PROXY，形如 http://NAME:PASSWORD@HOST:PORT。</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>此网络的代理不让 NemoDesk 通过。请检查 HTTPS_PROXY。</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>连接 Hub 所用的代理；留空则使用系统的代理。</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>回收站 %1 是指向另一处的链接，NemoDesk 不会跟随它。请移除该链接。</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>%1 中没有对话。</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>这台电脑上还没有模型。</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>已有一个新文件 %1。如果想从回收站取回 %2，请先移除它。</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>没有编号为 %1 的附件。它可能已被移除。</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>没有编号为 %1 的对话。它可能已被删除。</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>列表中没有下载“%1”。</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>没有文件 %1。请检查它的名称后再试。</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>没有文件 %1。请检查名称后再试。</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>没有编号为 %1 的文件夹。它可能已被删除。</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>没有编号为 %1 的消息。它所在的对话可能已被删除。</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>%2 上没有模型 %1，或者它是私有的。请检查名称。</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>没有模型文件 %1。</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>%1 处没有模型文件（.gguf）。</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>文件夹 %1 中没有模型文件（.gguf）。</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>%1 中空间不足：需要 %2，可用 %3。请腾出 %4，或选择其他磁盘。</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>没有足够的空间存放 %1。请腾出一些空间，或选择其他位置。</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>磁盘上没有剩余空间，因此无法保存你的对话。请腾出一些空间后再试。</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>没有机密项 %1。</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>没有设置项 %1。</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>内存不足以容纳 %1 个 token 的上下文。请选择更短的上下文，或关闭其他程序。</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>内存不足。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>磁盘空间不足：还需下载 %1，可用 %2。请在 %4 中腾出 %3 空间，或选择更小的模型。</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>其中没有内容。</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>这段对话中还没有可总结的内容。</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>这些对话没有密码。请使用恢复密钥。</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>这个回答无法继续：连同问题共有 %1 个 token（词的片段），而空间只够 %2 个。请选择更长的上下文，或在新消息中请求其余部分。</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>这个回答正在 NemoDesk 的另一个窗口中书写。请等它结束，或在那里停止。</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>此备份已损坏，或没有复制完整。没有做任何更改：请试试另一份副本。</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>此备份受保护。请输入它的口令。</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>此备份由更新版本的 NemoDesk 制作。请更新 NemoDesk 后再恢复。</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>正在回答这段对话。请停止回答，或等它结束。</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>这段对话对模型来说太长：它有 %1 个 token（词的片段），而上下文可容纳 %2 个。请开始新对话，或缩短消息。</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>这台电脑有 %1 内存，对于 NemoDesk 认识的模型来说太少。请使用入门模型。</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>这台电脑没有连接互联网。请连接后再试。</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>这台电脑没有提供密钥环。</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>回收站中的这一项已损坏：它指向模型文件夹之外的位置。请清空回收站。</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>此文件包含的是%1，而不是用来对话的模型。请选择它旁边较大的文件。</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>此文件不是 NemoDesk 的备份，或没有复制完整。请另选一个。</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>此文件不是 NemoDesk 的备份。请另选一个。</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>此文件由更新版本的 NemoDesk 写入。请更新 NemoDesk 后再读取。</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>这不是 GGUF 模型文件。请选择以 .gguf 结尾且下载完整的文件。</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>这不是包含对话的文件。</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>这与你在 %2 中已有的 %1 是同一个模型。无需重复加入。</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>这条消息已不再显示。请重新打开对话。</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>这条消息对模型来说太长：它有 %1 个 token（词的片段），而空间只够 %2 个。请缩短消息，或选择更长的上下文。</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>此模型无法用更少的内存（q8_0）保存对话。请选择 f16；如果内存不足，请选择更短的上下文。</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>此模型文件已损坏。请重新下载。</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>此模型文件不完整：它在文件头处就结束了。请重新下载。</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>此模型文件不完整：只有 %1 字节，应有 %2 字节。请重新下载。</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>此模型文件存储权重的方式是此版 NemoDesk 不认识的。请更新 NemoDesk，或选择同一模型的其他文件。</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>此模型文件使用格式版本 %1，太旧了。请下载此模型较新的文件。</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>此模型文件使用格式版本 %1，此版 NemoDesk 不认识。请更新 NemoDesk。</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>此模型文件是为另一类电脑（大端序）制作的。请下载此模型的常规文件。</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>此模型至少需要 %1 内存，而这台电脑有 %2 可用。请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>此模型支持的上下文最多为 %1 个 token，而不是 %2 个。请选择 %3 或更少。</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>这暂时需要 %1 可用磁盘空间，而现有 %2。请腾出一些空间后再试。没有做任何更改。</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>此口令打不开备份。请检查后再试。</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>密码不正确。请再试一次。</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>此恢复密钥中有一个字母或数字不对，或有两个互换了位置。请与你记下的内容对照。</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>此恢复密钥属于其他对话：它是另一次加密时，或在另一台电脑上生成的。请找出属于这些对话的恢复密钥。</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>此版 NemoDesk 不认识“%1”类型的模型。请更新 NemoDesk，或选择其他模型。</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>请再试一次；详情见日志。</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>用来核对密码的数据已损坏。请使用恢复密钥。</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>用来核对启动密码的数据。</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>模型从哪里获取；留空则为 huggingface.co。</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>窗口上次的位置和布局。</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>首页是否已作答。</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>窗口是否已提示过没有密钥环。</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>用哪个键发送消息；另一个键用来换行。</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>你的对话已经加密。</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>你的对话此刻正在加密或解密。请稍候再试。</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>你的对话已加密，而这台电脑的密钥环没有给出它们的密钥。请解锁密钥环，或输入恢复密钥。</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>你的对话已加密。请输入密码或恢复密钥。</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>你的对话没有加密。</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>你的对话上次是用更新版本的 NemoDesk 打开的。没有做任何更改：请更新 NemoDesk 后再打开。</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>你的电脑有 %1 内存，显卡情况：%2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>你的模型已经在 %1 中。</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>有显卡，但此版 NemoDesk 无法使用</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>一块显存为 %1 的显卡</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>与系统共享内存的图形处理器</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>每秒约 %1 个词</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>每秒约 1 个词</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>与原版一样好</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>仅供试验</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>良好，通常的选择</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>每秒不到一个词</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>差很多</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>几乎与原版一样好</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>无显卡</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>没有显卡</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>明显较差</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>在显卡上</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>在显卡和处理器上</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>在处理器上</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>原版，未压缩</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>非常好</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>“%1”不是 Hub 上的模型名称。请写成 OWNER/NAME，例如 unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF。</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>“%1”对应多个模型。请选择其中一个：%2。</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>请写一个以下列之一开头的地址：%1。或者留空。</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>立即生效。</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>从下一条消息起生效。</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>下次加载模型时生效。</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>从下次向模型中心查询时起生效。</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>下次启动 NemoDesk 时生效。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>窗口的语言。模型会用你聊天时使用的语言回答。</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>发送消息的按键</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Shift+Enter 始终用于换行。</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>新聊天的标题</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>模型在首次回答之后为聊天命名。你自己起的标题会保留。</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>显示回答速度</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>在聊天下方显示模型每秒写了多少个词。</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>下载限速</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>以 MB/秒为单位，所有下载合计。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>回收站保留天数</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>在这段时间内，移除的聊天和模型都可以恢复。</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>处理器线程数</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>用多少个线程计算。超过高性能核心的数量反而会变慢。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>显卡上的层数</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>模型有多少层由显卡计算。层数越少，留给游戏和其他程序的显存就越多。</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>能放多少放多少</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>默认上下文长度</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>模型能记住聊天中的多少内容，以 token 计：1,000 个 token 约为 750 个英文单词。长度越长，占用内存越多。每个聊天也可以单独设置。</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>聊天在内存中的保存方式</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>压缩后的聊天只占一半内存，读取时精确度略低。不支持压缩的模型会按精确方式保存。</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线使用</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>NemoDesk 完全不联网，即使你要求联网也不会。</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>模型中心的地址</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>在这里查找和下载模型。</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>通往模型中心的代理，如果你的网络使用代理的话。</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>跟随系统设置</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>精确（f16）</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>压缩（q8_0）</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>模型保存到哪里</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>模型与存储</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>性能</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>隐私与安全</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>备份与迁移</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>设置暂时保存在别处</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>NemoDesk 自带</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>你打开的文件</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>The Hugging Face cache</source>
        <translation>Hugging Face 缓存</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>正在校验</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>需要 %1 内存</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>要从这台电脑移除 %1 吗？用它进行的聊天会保留。</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face：%1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个 token</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>命令行中的名称</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>每月下载 %1 次</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>需下载 %1</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>模型类型</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>最长聊天</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>已于 %1 校验：%2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1 的位置</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1 不再提供“%2”这一版本。请查看它的详情。</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>没有新内容。</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>列表中新增：%1。</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>模型列表已是最新</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>新建临时对话</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>隐藏对话列表</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>要永久删除吗？</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>“%1”将被删除。此操作无法撤销。</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>选中的对话将被删除（%1 个）。此操作无法撤销。</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>要清空回收站吗？</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>所有已删除的对话都将消失。此操作无法撤销。</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>没有包含“%1”的对话。</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>归档是空的</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>在对话的菜单中选择“归档”，即可将它放到这里。</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>回收站是空的</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>还没有对话</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>写一条消息，对话就会在这里等你。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>速度限制</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>不限速</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>最高 %1</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>模型与存储</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>你的模型保存在哪里</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>模型是否完整？</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>你的模型已移动</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>正在校验</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>完全符合应有的内容</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>看起来完整。没有可供比对的内容信息。</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>又有 %1 可用了。</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>回收站是空的</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>正在移动你的模型。下载会在之后继续。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 个模型</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>%1 个模型</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1，%2。此磁盘还有 %3 可用。</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>无法访问此文件夹。请连接它所在的磁盘并重新启动 NemoDesk，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>%1 天前移除</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>今天移除</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>昨天移除</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>临时对话：不会保留任何内容。关闭 NemoDesk 后它就消失。</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>保存标题</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>备份与迁移</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>导入文件夹…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>一个文件，包含你的对话、设置和模型列表。你可以在这里或另一台电脑上恢复。其中不含模型文件：它们可以重新下载。</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>可导入 ChatGPT、Open WebUI、LM Studio 和 NemoDesk 导出的内容：单个文件、下载得到的压缩包，或文件夹。已有的对话不会重复导入。</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>所有对话保存为一个文件：网页或 Markdown 便于阅读，JSON 保留全部内容，JSON Lines 供训练模型的程序使用。单个对话可从列表中它的菜单导出。</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>已移除的模型</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>移除的模型会在这里保留 %1 天。在此之前它们仍占用空间。</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>移除的模型会在这里保留一天。在此之前它们仍占用空间。</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>要清空回收站吗？</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>%1 将被永久删除。此操作无法撤销。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>NemoDesk 出错了</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>已保存的内容没有丢失。如果你愿意，可以复制报告并发送给我们。</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>复制报告</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>正在加密你的对话</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>密钥保存在这台电脑的密钥环中。</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>NemoDesk 每次启动都会询问密码。</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>这里没有保存密钥的密钥环：NemoDesk 每次启动都会询问恢复密钥。</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>你的对话已加密</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>正在将你的对话转为可读</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>你的对话已不再加密</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>恢复密钥和密码已不再需要。</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>所有内容都会先读取并比对，然后才生效。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>恢复密钥保存到哪里</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>NemoDesk 恢复密钥.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>这是你在 NemoDesk 中的对话的恢复密钥。拥有它的人就能读到这些对话。</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>你的对话没有加密</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>能读取这台电脑上文件的人就能读到你的对话。加密后，只有用你手中的密钥才能打开。</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>对话、附件和草稿保存在一个加密文件中。它的密钥在这台电脑的密钥环里，你登录时密钥环就会打开。</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>对话、附件和草稿保存在一个加密文件中，用你的密码打开。NemoDesk 运行期间，密钥在电脑的内存中。</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>用密码打开你的对话</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>没有密码或恢复密钥，谁也读不了它们。</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>NemoDesk 会询问密码</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>这只是一道门：你的对话没有加密，能读取这台电脑上文件的人就能读到它们。</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>NemoDesk 打开时不会询问。</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>这台电脑没有密钥环，无法保存用来核对密码的数据。要设置密码，请先加密你的对话。</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>没有密码</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>环境变量中已设置 %1，由它决定此项。</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>你的对话及草稿和附件，已加密</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>你的对话及草稿和附件</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>更改之前的对话副本，以及损坏的文件</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>可以重新生成的内容：速度数据和 Hub 的应答</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>日志：发生过什么，绝不含说过什么</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>设置、密钥和密码</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>这台电脑的密钥环</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>设置；密钥会在 NemoDesk 结束时遗忘</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>返回对话列表</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>你想保留、但不想每天看到的对话。</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>已删除的对话可以恢复。%1 天后会被抹除。</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>已删除的对话在清空回收站之前都可以恢复。</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>你在想什么？</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>一切都留在这台电脑上，没有互联网也能用。</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>用简单的话解释一件事</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>用简单的话解释天空为什么是蓝色的。</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>写一条友好的消息</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>写一条简短友好的消息，感谢邻居的帮助。</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>制定计划</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>为在家度过的安静周末制定一个简单的计划。</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>在这台电脑上运行的私人助手。下载之后，没有互联网也能使用。</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>下载并开始</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>选择其他模型</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>使用入门模型</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>正在查看你的电脑…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>最适合这台电脑</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>正在查看你的电脑</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>运行流畅</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>能运行，但较慢</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>对这台电脑来说太大</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>每秒不到 1 个词</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>每秒约 1 个词</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>还剩不到 1 分钟</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>还剩约 1 小时</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>还剩约 %1 小时</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>每秒约 %1 个词</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>还剩 1 分钟</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>还剩 %1 分钟</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>保存或更改预设</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>速度限制</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>保存了什么，保存在哪里</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
</context>
</TS>
