<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top P</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Min P</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top K</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Think first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The right model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What computes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>very good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Performance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Hugging Face cache</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>removed today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
