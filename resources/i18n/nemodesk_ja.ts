<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>このアプリについて</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>Apacheライセンス、バージョン2.0に基づくフリーソフトウェアです。</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>バージョン{0}</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>使用しているソフトウェア</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>チャットはこのコンピューターの中だけにあります。書いた内容がどこかへ送られることはありません。</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>NemoDeskは利用状況を集計せず、あなたについて何も報告しません。</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>インターネットに接続するのは、あなたが求めたときだけです。</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>ライブラリのライセンス</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>前のバージョン</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>次のバージョン</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>再生成</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>ここから新しいチャットで続ける</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>グラフィックスカードなし</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>このコンピューター：%1、メモリ%2、%3。</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1（メモリを共有）</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>不明なプロセッサ</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1（NemoDeskではまだ使えません）</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>次のメッセージから有効になります。そのためにモデルを読み込み直します。</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>選択は次のメッセージから有効になります。</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1トークンには約%2語が入り、メモリを%3使います。</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>このコンピューターには現在%1まで入ります。</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>もっと少なくしないと、モデルを読み込めません。</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>選択した内容が置き換えられました</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>プリセットとして保存されていませんでした。</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>元に戻す</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>添付ファイル</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>%1を添付しました。</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>テキストをメッセージに入れる</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1を取り除く</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>貼り付けたテキスト</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>貼り付けた画像</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>名前を付けて保存</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>読んでいます…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1：%2にはテキストがなく、モデルには読めません。</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>読んでいます… %1/%2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1ページ</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1語</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>このモデルは画像を見られません。名前だけが伝えられます。</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1ページ</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1語</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>すべてをバックアップ</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>パスフレーズはバックアップを封印します。パスフレーズがなければ誰にも開けず、忘れたパスフレーズは誰にも取り戻せません。パスフレーズを付けない場合、ファイルを手に入れた人は誰でもチャットを読めます。</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>場所を選択…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>パスフレーズ（任意）</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>もう一度同じものを</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>キーも含める</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>Hugging Faceのキーなどです。パスフレーズがある場合だけ含められます。</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>パスフレーズには少なくとも%1文字が必要です。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>2つが一致しません。</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>表示中</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>さらに表示</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>名前を変更</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>エクスポート…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>フォルダーを削除し、チャットは残す</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>チャット一覧に戻す</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>ピン留め</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>ピン留めを外す</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>フォルダーに移動</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>アーカイブ</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新しいフォルダー…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>フォルダーから出す</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>チャットのタイトル</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>フォルダー名</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>一時チャット</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>ピン留め</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨日</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>過去7日間</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>フォルダー「%1」、折りたたみ</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>フォルダー「%1」</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>フォルダー</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>新しいフォルダー</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>「%1」をアーカイブしました。</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>チャットをアーカイブしました（%1件）。</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>「%1」を削除しました。</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>チャットを削除しました（%1件）。</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>フォルダー「%1」を削除しました。中のチャットは残っています。</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>ここにファイルをドロップして添付</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>チャットのメニュー</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>チャット一覧を表示</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>一時チャット</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>モデルを読み込んでいます… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>読んでいます… %1/%2トークン</translation>
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
        <translation>どれだけ自由に言葉を選ぶかです。0では常に最も可能性の高い言葉を選び、大きいほど多様になります。</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>可能性の高い順に、合計がこの割合になるまでの言葉を残します。1ではすべて残します。</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>最も可能性の高い言葉よりもはるかに可能性の低い言葉を除きます。0ではすべて残します。</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>可能性の高い順に、この数の言葉を残します。0ではすべて残します。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>同じシードで同じ質問をすると、同じ回答になります。</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>新しいトークンの上限</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>回答の長さの上限です。100トークンは英語で約75語です。空欄ではモデルが自分で終わります。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>制限なし</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>コンテキスト長</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>モデルがチャットをどれだけ保持できるかをトークンで表します。空欄では、このコンピューターに無理のない長さをNemoDeskが選びます。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>チャットの設定</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>表示中</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>チャットの設定</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>チャットの設定を閉じる</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>この選択の対象</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>このチャット</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>このモデルのすべてのチャット</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>すべてリセット</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>言葉の選び方</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>長さ</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>モデルへの伝え方</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>すべて検証</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>モデルを検証しています</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>モデルの検証が終わりました</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>すべてのモデルファイルを全部読み、本来あるべき内容と比べます。大きなモデルでは数分かかります。</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>コードをコピー</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>コード</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>コピーしました</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>ファイルを添付</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>送信</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>メッセージ</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>モデルを選んで始めましょう</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>ファイルをまだ読み込んでいます。</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>接続先</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>ハブ</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>キー</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>NemoDeskが接続するのは、%1と、そのファイルの置き場所として示されるサーバーだけです。接続するのは、モデルを検索するとき、詳細を見るとき、ダウンロードするときだけです。ほかには接続せず、チャットを送ることは決してありません。</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>最初の部分を要約</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>コンテキストを長くする</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>要約を停止</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%2Kの代わりに%1Kトークンにします。そのためにモデルを読み込み直します。</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>コンテキスト</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1K/%2K</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>約%1K/%2K</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>モデルが一度に読める量のうち、どれだけ使われているかを、K（千トークン、トークンは言葉の断片）単位で示します。押すと詳細が表示されます。</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>このチャットはモデルには長くなりすぎています。次のメッセージから、モデルは最初の部分を読まなくなります。その境目はチャットの中に線で示されます。</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>メッセージがモデルには長すぎます。言葉の断片（トークン）が%1ありますが、空きは%2です。短くするか、コンテキストを長くしてください。</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>先へ進むため、モデルはこのチャットの最初の部分を読まなくなりました。</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>モデルを読み込んでいます… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>モデルがチャットを読んでいます… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>モデルが最初の部分の要約を書いています。あなたのメッセージは残ります。</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>これまでのチャットの要約</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>モデルが読むもの</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>モデルを読み込むまでは推定値です。</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>メッセージのたびに、モデルはチャットを読み直します。一度に保持できるのは言葉の断片（トークン）%1個、英語で約%2語です。</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指示</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>最初の部分の要約</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>添付ファイル</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>あなたのメッセージ</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>ここまでの回答</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>回答用の空き</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>選択肢を調べています</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>%1の選択肢</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>選択肢</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>サイズ</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>メモリ</translation>
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
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>再開</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上へ移動</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下へ移動</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>一覧から取り除く</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1はネットワークを待っています</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>自動的にもう一度試します。</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>ダウンロードを表示</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1をダウンロードできませんでした</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1が届きました</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>検証が済み、もう使えます。開いているチャットでも使えます。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>これを使う</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>ネットワーク待ち</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>検証中</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>完了、検証済み</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止しました</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>ダウンロード</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>ダウンロードはありません</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>ダウンロードするモデルは、届くまでここに表示されます。</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>モデルを探す</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>中断しても続きから再開し、届いたら検証します。</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>回復キーを書き留めてください</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>キーリングやパスワードが失われたときに、チャットを開くためのものです。これがなければチャットは失われ、誰にも助けられません。紙に書くか、別のデバイスに保管してください。</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>チャットを暗号化</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>メモが正しいことを確かめるため、2つのグループを入力してください：</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>グループ%1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>パスワード（空欄でもかまいません）</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>このコンピューターにはキーを保管できるキーリングがないため、起動のたびにパスワードでチャットを開く必要があります。</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>パスワードがなければ、このコンピューターにログインしている間、チャットは自動的に開きます。パスワードがあれば、NemoDeskは起動のたびに入力を求めます。</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>グループ%1が正しくありません。上の表示と比べてください。</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>チャットを暗号化…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>暗号化をオフにする…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>回復キーを表示</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>チャットを暗号化しています</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>暗号化をオフにしますか？</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>そうすると、このコンピューターのファイルを読める人は誰でもチャットを読めます。回復キーとパスワードは不要になります。</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>暗号化をオフにする</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>すべて消去しますか？</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>すべてのチャット、添付ファイルとそのコピー、すべての設定、キー、パスワード、ログが完全に消去され、NemoDeskは終了します。モデルは残ります。SSDには古いブロックがしばらく残ることがあります。</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>すべて消去</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>消去</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>続けるには「%1」と入力してください</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>先に「%1」と入力してください。</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>ここではできません</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>もうありません</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>メモリが足りません</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>チャットが長すぎます</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>接続できません</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>このモデルは使えません</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>このファイルは読めません</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>エンジンに問題が起きました</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>保存できませんでした</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止しました</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>インポートしたチャット：%1件。</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>すでにあるもの：%1件。</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>除いたもの：%1件。</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>最後まで行く前に停止しました。</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>ほかに%1件。</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1（%2）はこのコンピューターにありません。「モデル」で探してください。</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>%1に%2で作成されました。</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>チャット：%1。メッセージ：%2。設定：%3。キー：%4。一覧のモデル：%5。</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>すべてがバックアップの時点の状態になります。ほかのチャットはゴミ箱に移り、ほかの設定は既定値に戻ります。</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>その前に、今あるものをバックアップします。</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>NemoDeskのチャット</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>.html、.md、.json、.jsonlとしてエクスポート</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>チャットの保存先</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>チャットをエクスポートしています</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>このファイルにはチャットが1件あります：</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>チャット%1件：</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>エクスポートしました</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>インポートするチャット</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>チャット (*.json *.jsonl *.zip *.nemodesk);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>チャットをインポートしています</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>バックアップの保存先</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>すべてをバックアップしています</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>バックアップを作成しました。</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>NemoDeskのバックアップ (*.nemodesk);;すべてのファイル (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>復元するバックアップ</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>バックアップを読んでいます</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>バックアップを復元しています</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>以前の内容は%1に残してあります。</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>ほかの処理がまだ続いています。終わるまでお待ちください。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1を取り除く</translation>
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
        <translation>リセット：%1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>システムプロンプト</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>なし。例：簡潔に答えてください。</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>最初のメッセージの前にモデルに伝える内容です。どんな役割で、どのように書くかを指定します。</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>モデルに任せる</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>考えてから答える</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>すぐに答える</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>思考させると難しい質問への回答は良くなりますが、どの回答も遅くなります。</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>チャットテンプレート</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>モデルのためにメッセージをまとめる方法を、Jinjaで書きます。空にすると、モデル本来のものに戻ります。</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>このモデルのすべてのチャットに対する選択です。</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推奨</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>このモデルの推奨値：%1。</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>モデル本来のものではありません。</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>モデル本来のものです。</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>モデルファイルを開く</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>モデルファイル (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>ファイルを添付</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>カタログには、このコンピューターに十分に合うモデルがありません。スターターモデルは使えます。また、「モデル」で手持ちのモデルファイルを開けます。</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>ダウンロード：%1</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>必要なメモリ：%1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1、%2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>届くまではスターターモデルが答えます。チャットは残ります。</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>届けばすぐにチャットできます。</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1をダウンロードしています</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>ダウンロードを表示</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>移動…</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>モデルを移動しています</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>アーカイブ</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>ゴミ箱</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>完全に削除…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>ゴミ箱を空にする…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>チャット一覧に戻す</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>後で</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外観</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>ハイコントラストでは、すべてにはっきりした輪郭が付きます。</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>ぴったりのモデル</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>ようこそページがこのコンピューターを調べ、最適なモデルを示します。</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>ようこそページをもう一度表示</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>設定の保存場所</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>ハイコントラスト</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>再試行</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>Hugging Faceに問い合わせています</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>Hugging Faceで「{0}」を検索</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>Hugging Faceの「{0}」</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>その名前のものはありません。言葉を減らすか、別の言葉を試してください。</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>NemoDeskが読み込めるモデルファイルは含まれていません。</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>末尾へ移動</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>一部のモデルは、Hugging Faceでライセンスに同意した人だけに提供されています。そのアカウントのキー（「アクセストークン」）で利用できるようになります。権限は「Read」で十分です。</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>キーを追加…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>キーを置き換える…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>キーを削除…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>キーは保管されています。</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>キーはありません。</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>キーを削除しますか？</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>削除すると、キーの必要なモデルをダウンロードできなくなります。キー自体は有効なままです。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>回復キー</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>コピーしました</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>Hugging Faceのキー</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>キーを保管</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>Hugging Faceのアカウントの「Access Tokens」ページからコピーしてください。</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>これはキーではありません。空白などの余分な文字が含まれています。</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>回復キー</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>これを持つ人は誰でもチャットを読めます。紙に書くか、別のデバイスに保管してください。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>回復キー</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>ロックを解除</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>空のチャットで始める…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>空のチャットで始めますか？</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>パスワードと回復キーがなければ、あなた自身を含め、誰もチャットを読めません。回復キーが見つかったときのために、元のファイルは新しいファイルの隣に残します。</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>空のチャットで始める</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>パスワードを使う</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>回復キーを使う</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>キーリングにもう一度問い合わせる</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>%1秒後にもう一度お試しください。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>確認しています…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>キーリングからキーを取得できません。</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>チャットは暗号化されています</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>このコンピューターのキーリングから、そのキーを取得できません。キーリングのロックを解除するか、書き留めた回復キーを入力してください。</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>忘れた場合：チャットは暗号化されていないので、これは入り口の扉にすぎません。ターミナルで「nemodesk settings reset lock.enabled」を実行すると開きます。</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDeskはロックされています</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>チャットを見るにはパスワードを入力してください。</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>パスワードが正しくありません。</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>空のチャットで始めます</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>暗号化されたチャットは%1として残してあります。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>ここにモデルをドロップして追加</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>チャット</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>ダウンロード</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>何も保存しない新しいチャット</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>チャットを検索</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>メッセージを書く</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>メッセージを送信</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>改行</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>何も書いていないときに、最後のメッセージを編集</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>回答を停止</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>回答を停止、または開いているものを閉じる</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>モデルを選択</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>メッセージにファイルを添付</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>チャット一覧の表示／非表示</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>チャットの設定</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>一覧でチャットの名前を変更</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>パスワードがあるときに、NemoDeskをロック</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>このキー一覧を表示</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>NemoDeskを終了</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>要約を表示</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>要約</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>モデルがここより上の要約を書いています。</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>モデルはここより上の要約を読みます。</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>この線より上については、モデルが読むのは要約だけです。</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>モデルはこの線より上をもう読みません。</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>要約を隠す</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>会話</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>メッセージ</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>編集中のメッセージ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>もう一度送信</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>あなた</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>アシスタント</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>この回答は停止されました。</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>この回答は中断されました。「続ける」でここから続きます。</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>この回答は長さの上限に達しました。「続ける」でここから続きます。</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>この回答を最後まで書けませんでした。</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>再生成</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>続ける</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>推奨</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>ダウンロード</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>Hugging Faceのページを開く</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>このコンピューターから{0}を削除しますか？そのモデルとのチャットは残ります。</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>このコンピューターのモデル</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>モデルファイルを開く…</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>モデルを選択</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>このコンピューターにはまだモデルがありません。「モデル」でダウンロードしてください。</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1は次のメッセージのときに読み込まれます</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1はグラフィックスカード（%2）で動いています</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1はプロセッサで動いています</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1、このコンピューター上</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>%1個のモデルを取り込めませんでした</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1を使えます</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1個のモデルを使えます</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1を削除しました。</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1と%2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>%2のモデルが1個、すでにこのコンピューターにあります：%1。</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>%2のモデルが%1個、すでにこのコンピューターにあります。</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>モデルファイルを開く…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>新しいモデルを確認</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>モデルを検索</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>モデルの一覧</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>このコンピューターで動くものと、その書く速さです。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>このコンピューターに合う</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>このコンピューターにある</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>ここには見つかりません</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>このコンピューターにもカタログにも、「{0}」という名前のモデルはありません。</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>表示するものがありません</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>「すべて」を選ぶと、すべてのモデルが表示されます。</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>モデルはまだありません</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>モデルファイルを開くか、ここにドロップしてください。モデルファイルの末尾は.ggufです。</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>プリセットの名前</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>例：短い回答</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>この名前のプリセットはすでにあります。保存すると置き換えられます。</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>ナビゲーション</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>表示中</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1完了</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>%1から%2までの数を入力してください。</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>%1から%2までの整数を入力してください。</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>このバックアップは保護されています</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>作成したときのパスフレーズを入力してください。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>パスフレーズ</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>先にパスフレーズを入力してください。</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>パスワードを設定…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>パスワードを変更…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>パスワードを削除…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>今すぐロック</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>自動ロック</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>起動時のみ</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>%1分後</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>NemoDeskは、起動のたびと、ロックされた後にパスワードを求めます。パスワードはどこにも書き残されません。忘れたときに役立つのは回復キーだけです。</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>NemoDeskは、起動のたびと、ロックされた後にパスワードを求めます。暗号化しなければ、これは入り口の扉にすぎません。このコンピューターのファイルを読める人は誰でもチャットを読めます。</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>そうすると、このコンピューターを使う人は誰でもNemoDeskを開いてチャットを読めます。</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>このコンピューターにはキーを保管できるキーリングがありません。そのため、NemoDeskは起動のたびに回復キーを求めるようになります。</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>パスワードを削除しますか？</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>パスワードを削除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>パスワードを決める</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>パスワードを設定</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新しいパスワード</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>もう一度同じものを</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>2つが一致しません。</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>パスワードには少なくとも%1文字が必要です。互いに関係のない4つの単語は、覚えやすく、推測されにくいものです。</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>パフォーマンス</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>このコンピューターに合う設定は、NemoDeskが自分で見つけます。何かを試すときや、ほかのプログラムに余裕を残すときだけ変更してください。</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>計算に使うもの</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>チャットが使うメモリ</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>システムの変数%1が優先されます。</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>このコンピューターでは、自動は%1です。</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>このエディションのNemoDeskは、プロセッサだけで計算します。</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>このコンピューターのキーリングにあり、ログインによって保護されています。</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>このNemoDeskはポータブル版です。設定はファイル%1にあり、キーは終了時に忘れられます。</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>このコンピューターのキーリングは現在使えません。その間、設定はファイル%1にあり、キーはNemoDeskの終了時に忘れられます。</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>このコンピューターのキーリングにあり、表示されることはありません。</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>NemoDeskの終了時に忘れられます。キーリングは現在使えません。</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>プリセット</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>プリセットの保存と変更</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>名前を付けた選択</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>プリセットなし</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1（変更あり）</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>独自の選択</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>プリセットとして保存…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>「%1」に変更を保存</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>「%1」の名前を変更…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>「%1」を削除…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>プリセットとして保存</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>プリセットの名前を変更</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>プリセット「%1」を削除しますか？</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>これを使っているチャットでは、値がそのまま残ります。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>名前を付けて保存…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>ここには最初の部分だけが表示されています。モデルには入るだけすべて渡されます。</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>ファイルのテキスト</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>この画像は表示できません。</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>プライバシーとセキュリティ</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>オフラインで使う</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>NemoDeskは一切接続しなくなります。モデルの検索もダウンロードもしません。</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>すべて消去…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>暗号化</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>保存されるものと、その場所</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>ダウンロード</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>このバックアップを復元しますか？</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>今あるチャット</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>一緒に残す</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>ゴミ箱に移す</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>ここにないチャットが追加され、バックアップの設定が有効になります。</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>検索をクリア</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隠す</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 もしかして%2ですか？</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 その間、設定は%2に保存されます。キーとパスワードはNemoDeskの終了時に忘れられます。</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 設定は%2に保存されます。キーとパスワードはNemoDeskの終了時に忘れられます。</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 %2秒後にもう一度試します。</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 その内容は無視されます。</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1は%2のもので、なくなると困ります。その場所で使うか、コピーしてください。</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1はNemoDeskに付属していて、NemoDeskと一緒に削除されます。</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>%1に接続できません。ネットワークと、設定している場合はHF_ENDPOINTとHTTPS_PROXYを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>%1を読めません（%2）。まだそこにあり、読む権限があることを確認してください。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>%1を読めません（%2）。読む権限があることを確認してください。</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>%1を読めません。読む権限のあるファイルを指定してください。</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>%1に書き込めません（%2）。別の場所を選んでください。</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1では検索できません。代わりに、OWNER/NAMEのようにモデルの完全な名前を指定してください。</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>%1を読み込めませんでした。ファイルが壊れているか、別のバージョンのエンジン用に作られています。ダウンロードし直すか、NemoDeskを更新してください。</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>%1を読めませんでした。NemoDeskの一部が起動しませんでした。もう一度試すか、NemoDeskをインストールし直してください。</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1がHF_TOKENのキーを受け付けません。%2で新しいキーを作るか、HF_TOKENを削除してください。</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1がハブとして応答しません。後でもう一度試すか、設定している場合はHF_ENDPOINTを確認してください。</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1が時間内に応答しません。ネットワークを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1がアクセスを許可しません（ステータス%2）。設定している場合はHF_TOKENを確認するか、別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1の値はハブのキーではありません。キーを一続きの文字列としてコピーし直すか、削除してください。</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1の値はプロキシのアドレスではありません。http://HOST:PORTの形で書くか、削除してください。</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>グラフィックスカード%1枚（合計%2）</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1側で問題が起きています（ステータス%2）。数分後にもう一度お試しください。</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>ここから%1への問い合わせが多すぎました。しばらくしてからもう一度お試しください（%2）。</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1にはGGUFモデルがありません。代わりに「%2 GGUF」を検索してください。</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1に「%2」はありません。次のいずれかを選んでください：%3。</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1には%2個を超えるファイルがあります。チャットだけのフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1は800万文字を超えています。これを読めるモデルはここにはありません。必要な部分だけを渡してください。</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1にはテキストがありません。ページは画像です。文字認識（OCR）のプログラムでテキストを付けて、それを渡してください。</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1（%2ビット）</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1はファイルです。フォルダーを選んでください。</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1はフォルダーです。中のファイルを渡してください。</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1は別のファイルへのリンクです。その場所で使うか、コピーしてください。</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1は今書き込まれています。終わるまでお待ちください。</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1は壊れていて読めません。保存し直すか、別のファイルを渡してください。</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1は壊れています。内容が、名前が示す%2のものではありません。入手元からファイルを取り直してください。</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1は空です。</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1は使用中で、Windowsが手放しません。使っているチャットやプログラムを閉じてから、削除してください。</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1はライブラリに入りましたが、%2を削除できませんでした。ご自分で削除してください。</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1は%2に保管されています。そのモデルが不要になったら、そこでファイルを削除してください。</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1はこのモデル用のLoRAアダプターではありません。このモデルのために作られたGGUF形式のアダプターを選んでください。</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1は、読めるテキストファイル、PDF、文書、画像のいずれでもありません。プレーンテキストかPDFとして保存し、それを渡してください。</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1は空ではありません。モデル用に、新しいフォルダーか空のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1はもうゴミ箱にありません。ダウンロードし直してください。</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1はパスワードで保護されています。パスワードなしで保存し、それを渡してください。</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1は大きすぎます。テキストファイルは8 MB、ほかのファイルは64 MBまでです。必要な部分だけを渡してください。</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>このモデルの%1層はグラフィックスカードに収まりません。もっと少なくするか、収まるだけ使う場合は-1を選んでください。</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1はモデルのフォルダー自体の中にあります。%2の外のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>%1の読み取りや変更が許可されていないか、別のプログラムが使っています。権限を確認するか、そのプログラムを閉じてください。</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1にファイル%2はもうありません。モデルを検索し直して、別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1に指定できる値：%2。</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>モデルの移動中に%1に書き込みがありました。ダウンロードを一時停止して、もう一度お試しください。モデルはまだ%2にあります。</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1、%2コア、%3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1、カード上に%2層</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1。%2は余裕をもって動き、%3の速さで書きます。</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1。%2は動き、%3の速さで書きます。</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>%1トークンのコンテキストにはメモリが%2必要ですが、このコンピューターの空きは%3です。%4トークンまで入りますので、それ以下を選んでください。</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>%1のコピーが元と異なる内容になりました。何も変更していません。ディスクを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>このチャットには%1トークン（言葉の断片）のメッセージがあり、モデルが要約のために読める量（%2）を超えています。もっと長いコンテキストを選んでください。</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>NemoDeskの一部を起動できませんでした。NemoDeskをインストールし直してください。</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>パスワードには少なくとも%1文字が必要です。互いに関係のない4つの単語は、覚えやすく、推測されにくいものです。</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>回復キーは%1個の英数字で、%2グループに分かれています。入力されたのは%3個です。抜けや重複がないか確認してください。</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>NemoDeskに付属する、すぐにチャットできるとても小さなモデルです。回答は単純で、間違いも多くあります。</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>使わないまま、どれだけたつともう一度求めるか。</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>終わった回答を、書いている途中の回答にはできません。</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>別のNemoDeskがこのモデルを取得しています。こちらはそれを待ちます。</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>別のプログラムがチャットを使っていて手放しません。NemoDeskのほかのウィンドウを閉じて、もう一度お試しください。</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>%1文字以上のパスフレーズを選んでください。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>別のものを選んでください。</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>ほかのプログラムを閉じるか、もっと小さなモデルを選んでください。</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>回答ごとに、書いた速さを示します。</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>入手元からファイルを取り直すか、別のモデルを使ってください。</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>私たちの会話に、私の質問と同じ言語で、2～6語の短いタイトルを付けてください。引用符を付けず、タイトルだけを答えてください。</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINTの値はハブのアドレスではありません。https://HOSTの形で書くか、削除してください。</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>チャットをどれだけ正確にメモリに保持するか。q8_0では半分の容量で済みます。</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>すべてのダウンロードを合わせた速度の上限。</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>削除したチャットとモデルがゴミ箱に残る期間。</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>モデルの何層をグラフィックスカードで計算するか。</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>プロセッサのいくつのスレッドで計算するか。</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>モデルがチャットをどれだけ覚えておくか。</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>ウィンドウの外観。「system」ではコンピューターに合わせます。</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>古いコンピューター用のエディションのNemoDeskをインストールしてください。</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>%1の代わりにWebページが応答しました。このネットワークでサインインが必要な場合は、ブラウザーで済ませてから、もう一度お試しください。</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>どのチャットよりもはるかに多くの値が含まれています。</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>壊れているか、異常に深い入れ子になっています。</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>%1を超えています。</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>NemoDeskの知っている種類のチャットではありません。</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>メモリを%1使い、%3、%2の速さで書きます。</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>メモリが%1必要ですが、このコンピューターで使えるのは%2です。</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>チャットをより少ないメモリで保持するようになりました。</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>プロセッサだけで動くようになりました。</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>約%1語までのチャットを扱うようになりました。</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>除外しました。展開すると異常な大きさになります。</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>キーはパスフレーズ付きのバックアップにだけ保管されます。パスフレーズを決めてください。</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>知識も理解もはるかに豊かで、収まる環境では高速です。24 GB程度以上のメモリが必要です。</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>Ollamaで取得し直すか、別のモデルを使ってください。</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>読み込みを停止しました。</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>NemoDeskは、チャットを表示する前にパスワードを求めます。</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>NemoDeskは%1にファイルを保存できません：%2。空きを作るか書き込みを許可するか、NEMODESK_HOMEで別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>NemoDeskは%1にファイルを保存できません：%2。空きを作るか、書き込みを許可してください。</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>NemoDeskは%1にあるモデルの一覧を使えません。ディスクとフォルダーの権限を確認してください。</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>NemoDeskは%1に書き込めません：%2。空きを作るか書き込みを許可して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>NemoDeskは終了するところです。起動し直してください。</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDeskはすでに開いていますが（別のコンピューターかもしれません）、応答しません。そちらを閉じてから、起動し直してください。</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>このNemoDeskはポータブル版です。</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>NemoDeskは一切接続しません。</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>チャットの保存場所%1に、NemoDeskが書き込めません。書き込みを許可するか、別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>NemoDeskは%1に書き込めません。書き込みを許可するか、モデル用に別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>%1（SSL_CERT_FILE）には、%2を保証する認証局がありません。このネットワークの認証局を追加するか、SSL_CERT_FILEを削除してシステムの認証局を信頼してください。</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>このコンピューターが信頼する認証局の中に、%1を保証するものがありません。ネットワークが接続を検査している場合は、その認証局のファイルをSSL_CERT_FILEに設定してください。</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>モデルが読み込まれていません。先にモデルを選んでください。</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>回復キーに%1は含まれません。メモをもう一度確認してください。</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>%1への安全な接続を確立できません。設定している場合はHTTPS_PROXYとHF_ENDPOINTを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>%1からは何もインポートされませんでした。NemoDeskが読めるチャットが含まれていません。読めるのは、NemoDesk自身と、ChatGPT、Open WebUI、LM Studioからエクスポートしたものです。</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>オフラインモードがオン（HF_HUB_OFFLINE）なので、NemoDeskはどこにも接続しません。モデルの検索やダウンロードをするには、オフにしてください。</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>続けられるのは回答だけで、質問は続けられません。</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>このモデルの%2個中%1個目の部分がありません：%3。モデルをダウンロードし直してください。</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>画像%1：添付されていますが、あなたには見えません。</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>大きさの割に速くて賢く、ほとんどのコンピューターで快適に動きます。</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>%1の読み取りに時間かメモリがかかりすぎたため、停止しました。もっと単純なファイルか、短いファイルを渡してください。</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>削除して、ダウンロードし直してください。</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>どのモデルがあるかは、`nemodesk models list`を実行すると確認できます。</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>設定とキーはこのコンピューターのキーリングにあります（%1）。</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>設定を保存できません。%1に書き込めません。ディスクに空きを作るか、書き込みを許可してください。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>停止しました。何も変更していません。</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>停止しました。それまでに済んだ分は残ります。</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>停止しました。チャットは元のままです。</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>ここまでの私たちの会話を、その要約だけで続けられるように要約してください。名前、数値、決定事項、結果、未解決の質問を残してください。会話と同じ言語で、最大200語相当の長さで、要約だけを書いてください。</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>何度か間違いがありました。%1秒待ってから、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>%1は%2から%3までで指定してください。%4は使えません。</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>HF_TOKENのアカウントでは、%1をまだ使えません。%2でライセンスに同意し、アクセスが許可されてからもう一度お試しください。</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>回答を停止しました。</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>アーカイブが壊れているか、最後までダウンロードされていません。</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>%1の認証局を読めません。SSL_CERT_FILEを確認するか、削除してください。</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>%1の証明書は今日の日付では有効ではありません。このコンピューターの日付と時刻を確認してください。</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>示された証明書は、%1とは別のコンピューターのものです。HF_ENDPOINTを確認してください。</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>チャットテンプレートに誤りがあります：%1。モデル本来のものにリセットしてください。</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>チャットはすでに閉じられています。NemoDeskを起動し直してください。</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>%1との接続が切れました。もう一度お試しください。</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>ハブとの接続が中断されました。</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>ディスクがいっぱいです。届いた分のモデルは%1に残してあります。空きを作ってから、ダウンロードを続けてください。</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>ディスクが%1を受け付けません：%2。ディスクを確認してください。</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>ディスクが%1へのモデルの保存を受け付けません。ディスクを確認してから、ダウンロードを続けてください。</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>チャットを%1に保存しているときに、ディスクが異常を報告しました。ディスクを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>%1のあるディスクがいっぱいです。空きを作って、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>ダウンロード用のプロセスが、別のバージョンのNemoDeskのものです。NemoDeskをインストールし直してください。</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>ダウンロードが外部から終了されました。届いた分は残っています。続きから再開してください。</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>エンジンが、別のバージョンのNemoDeskのものです。NemoDeskをインストールし直してください。</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>エンジンはこのプロセッサでは動きません。エンジンが必要とする命令がプロセッサにありません。</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>エンジンがこの回答を計算できませんでした。もう一度お試しください。</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>エンジンがエラーを起こしました。もう一度お試しください。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>エンジンが予期せず停止しました。</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>エンジンが外部から終了されました。メモリが足りなくなったのかもしれません。</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>エンジンを停止しました。</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>ファイル%1は、2回取得してもハブのチェックサムと一致しませんでした。何も残していません。後でもう一度試すか、別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>ファイル%1がハブで変更されました。最初から取得し直します。</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>ファイル%1がなくなりました。</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>ファイルがハブのチェックサムと一致しません。壊れた部分を取得し直します。</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>ファイルがその間にハブで変更されました。モデルを検索し直してください。</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>ファイルが壊れているか、途中で終わっています。</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>%1のファイルがなくなりました：%2。ディスクを接続するか、`nemodesk models remove %3`で一覧から外してください。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>チャットのファイルが壊れていて、名前も変更できません。NemoDeskのほかのウィンドウを閉じるか、%1を別の場所に移してから、NemoDeskを起動し直してください。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>チャットのファイルが壊れています。%1として残し、NemoDeskは空のファイルで続けます。もう一度お試しください。</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>チャットのファイルが壊れています。NemoDeskを起動し直してください。壊れたファイルを%1に移し、読めるものを救い出します。</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>チャットのファイルが壊れていたため、%1として残してあります。読める範囲で救い出せたチャット：%2。続けるには、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>フォルダー%1が別の場所へのリンクになっています。NemoDeskはリンクをたどりません。リンクを削除してください。</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>モデル用のフォルダーが見当たりません：%1。ディスクを接続し直してから、ダウンロードを続けてください。</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>文法に誤りがあります。直すか、文法なしで試してください。</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>ハブが%1の大きさを示さないため、検証できません。別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>ハブがこのファイルに付けた名前は、モデル用のフォルダーの外になるか、どのディスクにも保存できないものです。別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>ハブ側で問題が起きています。</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>ここからハブへのリクエストが多すぎました。</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>取得している間に、ハブでファイル%1が変わり続けています。後でもう一度お試しください。</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>ハブから届くファイル%1が、本来より少なくなっています。後でもう一度お試しください。</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>ハブの応答が意味を成しません。無線ネットワークのサインインページなど、別のプログラムが間に入っているのかもしれません。Webページを開いて確かめてから、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>暗号化されたチャットのキー。</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>ハブの制限付きリポジトリと非公開リポジトリを開くキー。</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>キーリングが応答しません。</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>キーリングがロックされています。</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>Pythonプログラムではキーリングがオフになっています。</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>キーリングが拒否しています。</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>ウィンドウの言語。「system」ではコンピューターに合わせます。</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>%1の作成者は、先にライセンスへの同意を求めています。%2で同意してから、HF_TOKENにアカウントのキーを設定してください。</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>モデルファイル%1を読めません。ディスクとファイルの権限を確認してください。</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>モデルファイル%1がなくなりました。</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>モデルが新しいチャットにタイトルを付けます。</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>モデルが要約を書きませんでした。もう一度試すか、要約なしで続けてください。その場合は最も古いメッセージが除かれます。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>モデルのチャットテンプレートではこの会話を表せません：%1。システムプロンプトなしで試すか、新しいチャットを始めてください。</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>名前%1が見つかりません。このコンピューターがインターネットに接続されていることを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>%1の名前に、文字ではない記号が含まれています。ファイルの名前を変更してください。</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>新しいチャットのファイルが、元のファイルと異なる内容になりました。何も変更していません。ディスクを確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>このネットワークのプロキシが名前とパスワードを求めています。HTTPS_PROXYにhttp://NAME:PASSWORD@HOST:PORTの形で書いてください。</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>このネットワークのプロキシがNemoDeskを通しません。HTTPS_PROXYを確認してください。</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>接続に使うプロキシ。空欄ではシステムのものを使います。</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>ゴミ箱%1が別の場所へのリンクになっています。NemoDeskはリンクをたどりません。リンクを削除してください。</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>%1にチャットはありません。</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>このコンピューターにはまだモデルがありません。</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>新しいファイル%1があります。ゴミ箱から%2を戻すには、先にそれを削除してください。</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>番号%1の添付ファイルはありません。取り除かれたのかもしれません。</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>番号%1のチャットはありません。削除されたのかもしれません。</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>ダウンロード「%1」は一覧にありません。</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>ファイル%1はありません。その名前を確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>ファイル%1はありません。名前を確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>番号%1のフォルダーはありません。削除されたのかもしれません。</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>番号%1のメッセージはありません。そのチャットが削除されたのかもしれません。</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>%2にモデル%1はないか、非公開です。名前を確認してください。</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>モデルファイル%1はありません。</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>%1にモデルファイル（.gguf）はありません。</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>フォルダー%1にモデルファイル（.gguf）はありません。</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>%1に空きがありません。%2必要ですが、空きは%3です。%4の空きを作るか、別のディスクを選んでください。</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>%1のための空きがありません。空きを作るか、別の場所を選んでください。</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>ディスクに空きがないため、チャットを保存できません。空きを作って、もう一度お試しください。</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>シークレット%1はありません。</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>設定%1はありません。</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>%1トークンのコンテキストにはメモリが足りません。短いコンテキストを選ぶか、ほかのプログラムを閉じてください。</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>メモリが足りません。ほかのプログラムを閉じて、もう一度お試しください。</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>ディスクの空きが足りません。残り%1に対し、空きは%2です。%4に%3の空きを作るか、もっと小さなモデルを選んでください。</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>中に何もありません。</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>このチャットには、まだ要約するものがありません。</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>このチャットにはパスワードがありません。回復キーを使ってください。</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>この回答は続けられません。質問と合わせて%1トークン（言葉の断片）ありますが、空きは%2です。もっと長いコンテキストを選ぶか、新しいメッセージで残りを尋ねてください。</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>この回答はNemoDeskの別のウィンドウで書かれています。終わるまで待つか、そちらで停止してください。</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>このバックアップは壊れているか、最後までコピーされていません。何も変更していません。別のコピーで試してください。</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>このバックアップは保護されています。パスフレーズを入力してください。</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>このバックアップは新しいバージョンのNemoDeskで作成されました。復元するにはNemoDeskを更新してください。</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>このチャットには今回答が書かれています。回答を停止するか、終わるまでお待ちください。</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>このチャットはモデルには長すぎます。%1トークン（言葉の断片）ありますが、コンテキストに入るのは%2です。新しいチャットを始めるか、メッセージを短くしてください。</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>このコンピューターのメモリは%1で、NemoDeskの知っているモデルには少なすぎます。スターターモデルを使ってください。</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>このコンピューターはインターネットに接続されていません。接続して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>このコンピューターにはキーリングがありません。</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>ゴミ箱のこの項目は壊れています。モデルのフォルダーの外の場所を指しています。ゴミ箱を空にしてください。</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>このファイルの中身は%1で、チャットできるモデルではありません。隣にある大きいほうのファイルを選んでください。</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>このファイルはNemoDeskのバックアップではないか、最後までコピーされていません。別のものを選んでください。</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>このファイルはNemoDeskのバックアップではありません。別のものを選んでください。</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>このファイルは新しいバージョンのNemoDeskで書かれました。読むにはNemoDeskを更新してください。</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>これはGGUFモデルファイルではありません。末尾が.ggufで、最後までダウンロードされたファイルを選んでください。</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>チャットのファイルではありません。</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>これは%2にある%1と同じモデルです。二重に取り込む必要はありません。</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>このメッセージはもう表示されていません。チャットを開き直してください。</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>このメッセージはモデルには長すぎます。%1トークン（言葉の断片）ありますが、空きは%2です。短くするか、もっと長いコンテキストを選んでください。</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>このモデルは、少ないメモリ（q8_0）でチャットを保持できません。f16を選び、メモリが足りなければ短いコンテキストを選んでください。</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>このモデルファイルは壊れています。ダウンロードし直してください。</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>このモデルファイルは不完全で、ヘッダーの途中で終わっています。ダウンロードし直してください。</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>このモデルファイルは不完全で、%2バイトのうち%1バイトしかありません。ダウンロードし直してください。</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>このモデルファイルの重みの保存方法は、このバージョンのNemoDeskには未知のものです。NemoDeskを更新するか、同じモデルの別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>このモデルファイルの形式はバージョン%1で、古すぎます。このモデルの新しいファイルをダウンロードしてください。</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>このモデルファイルの形式はバージョン%1で、このバージョンのNemoDeskには未知のものです。NemoDeskを更新してください。</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>このモデルファイルは別の種類のコンピューター用（ビッグエンディアン）に作られています。このモデルの通常のファイルをダウンロードしてください。</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>このモデルには少なくとも%1のメモリが必要ですが、このコンピューターの空きは%2です。ほかのプログラムを閉じるか、もっと小さなモデルを選んでください。</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>このモデルは%1トークンまでのコンテキスト用に作られており、%2は使えません。%3以下を選んでください。</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>これには一時的に%1のディスクの空きが必要ですが、空きは%2です。空きを作って、もう一度お試しください。何も変更していません。</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>このパスフレーズではバックアップを開けません。確認して、もう一度お試しください。</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>パスワードが正しくありません。もう一度お試しください。</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>この回復キーは、どこかの文字か数字が間違っているか、2つが入れ替わっています。メモと比べてください。</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>この回復キーは別のチャットのものです。別のときに、または別のコンピューターで暗号化したときに作られました。このチャットのものを探してください。</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>このバージョンのNemoDeskは、「%1」という種類のモデルを知りません。NemoDeskを更新するか、別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>もう一度お試しください。詳細はログにあります。</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>パスワードの照合に使うものが壊れています。回復キーを使ってください。</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>起動時のパスワードの照合に使うもの。</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>モデルの入手元。空欄ではhuggingface.coを使います。</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>ウィンドウの位置と配置。</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>最初のページに回答したかどうか。</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>キーリングがないことをウィンドウで知らせたかどうか。</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>メッセージを送信するキー。もう一方は改行になります。</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>チャットはすでに暗号化されています。</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>チャットはちょうど暗号化または復号されているところです。少し待ってから、もう一度お試しください。</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>チャットは暗号化されていますが、このコンピューターのキーリングからそのキーを取得できません。キーリングのロックを解除するか、回復キーを入力してください。</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>チャットは暗号化されています。パスワードか回復キーを入力してください。</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>チャットは暗号化されていません。</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>チャットは前回、新しいバージョンのNemoDeskで使われました。何も変更していません。開くにはNemoDeskを更新してください。</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>このコンピューターの構成：メモリ%1、%2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>モデルはすでに%1にあります。</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>このエディションのNemoDeskでは使えないグラフィックスカード</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>グラフィックスカード（%1）</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>メモリを共有するグラフィックスプロセッサ</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>1秒に約%1語</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>1秒に約1語</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>元のモデルと同等</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>実験用のみ</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>良好、通常の選択</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>1秒に1語未満</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>かなり劣る</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>元のモデルとほぼ同等</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>カードなし</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>グラフィックスカードなし</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>目に見えて劣る</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>グラフィックスカードで</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>グラフィックスカードとプロセッサで</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>プロセッサで</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>元のまま、圧縮なし</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>とても良好</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>「%1」はハブのモデル名ではありません。unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUFのように、OWNER/NAMEの形で書いてください。</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>「%1」は複数のモデルを指しています。次のいずれかを選んでください：%2。</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>次のいずれかで始まるアドレスを入力してください：%1。空欄でもかまいません。</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>すぐに有効になります。</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>次のメッセージから有効になります。</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>次にモデルを読み込むときから有効になります。</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>次にハブに問い合わせるときから有効になります。</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>次にNemoDeskを起動するときから有効になります。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>ウィンドウの言語です。モデルはチャットの言語で答えます。</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>メッセージの送信に使うキー</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Shift+Enterはいつでも改行になります。</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>新しいチャットのタイトル</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>最初の回答の後に、モデルがチャットに名前を付けます。自分で付けたタイトルは残ります。</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>回答の速さを表示</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>モデルが1秒に何語書いたかを、チャットの下に表示します。</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>ダウンロードの速度制限</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>すべてのダウンロードを合わせた、1秒あたりのMBです。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>制限なし</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>ゴミ箱に残す日数</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>削除したチャットとモデルは、この間なら元に戻せます。</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>プロセッサのスレッド</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>いくつで計算するかです。高速コアの数を超えると遅くなります。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>グラフィックスカードの層</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>モデルのどれだけをグラフィックスカードで計算するかです。少なくすると、ゲームなどほかのプログラムが使えるグラフィックスメモリが増えます。</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>収まるだけ</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>通常のコンテキスト長</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>モデルがチャットをどれだけ保持するかをトークンで表します。1,000トークンは英語で約750語です。長いほどメモリを使います。チャットごとに変えることもできます。</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>メモリでのチャットの保持方法</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>圧縮したチャットはメモリが半分で済みますが、少しだけ不正確に読まれます。圧縮できないモデルは正確に保持します。</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>オフラインで使う</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>NemoDeskは、あなたが求めたときも含めて、一切接続しません。</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>ハブのアドレス</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>モデルの検索先とダウンロード元です。</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>プロキシ</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>ネットワークにプロキシがある場合の、ハブへの経路です。</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>システムの設定に従う</translation>
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
        <translation>正確（f16）</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>圧縮（q8_0）</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>モデルの保存先</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>モデルとストレージ</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>パフォーマンス</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>プライバシーとセキュリティ</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>接続</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>バックアップと移行</translation>
    </message>
    <message>
        <source>About</source>
        <translation>このアプリについて</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>設定は今のところ別の場所に保存されています</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>NemoDeskに付属</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>開いたファイル</translation>
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
        <translation>Hugging Faceのキャッシュ</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>検証中</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>必要なメモリ：%1</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>このコンピューターから%1を削除しますか？そのモデルとのチャットは残ります。</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face：%1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>場所</translation>
    </message>
    <message>
        <source>From</source>
        <translation>入手元</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1トークン</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>コマンドラインでの名前</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>月に%1回ダウンロード</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>ダウンロード：%1</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>モデルの種類</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>最長のチャット</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>%1に検証：%2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1の場所</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1に「%2」という選択肢はもうありません。詳細をご覧ください。</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>新しいものはありません。</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>一覧に新しく加わったもの：%1。</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>モデルの一覧は最新です</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボードショートカット</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>新しいチャット</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>新しい一時チャット</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>チャット一覧を隠す</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>チャットを検索</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>完全に削除しますか？</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>「%1」は失われます。この操作は取り消せません。</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>選択したチャット（%1件）は失われます。この操作は取り消せません。</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>ゴミ箱を空にしますか？</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>削除したチャットはすべて失われます。この操作は取り消せません。</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>「%1」を含むチャットはありません。</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>アーカイブは空です</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>チャットのメニューの「アーカイブ」で、ここに入ります。</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>ゴミ箱は空です</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>チャットはまだありません</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>メッセージを書くと、チャットがここに並びます。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>完全に削除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>見つかりません</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>速度制限</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>速度制限なし</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>最大%1</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>モデルとストレージ</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>モデルの保存場所</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>モデルは壊れていませんか？</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>ゴミ箱</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>制限</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>モデルを移動しました</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止しました</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>検証中</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>本来あるべき内容と一致しています</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>壊れていないようです。本来の内容は誰からも知らされていません。</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>%1が空きました。</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>ゴミ箱は空です</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>モデルを移動しています。ダウンロードはその後で続きます。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>モデル1個</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>モデル%1個</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1、%2。このディスクの空きは%3です。</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>このフォルダーにアクセスできません。ディスクを接続してNemoDeskを起動し直すか、別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>%1日前に削除</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>今日削除</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>昨日削除</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>表</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>一時チャット：何も保存されません。NemoDeskを閉じると消えます。</translation>
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
        <translation>チャットの名前を変更</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>チャットのタイトル</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>タイトルを保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>メッセージ</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>バックアップと移行</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>バックアップ…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>復元…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>ファイルをインポート…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>フォルダーをインポート…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>エクスポート…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Webページ</translation>
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
        <translation>バックアップ</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>チャット、設定、モデルの一覧を1つのファイルにまとめます。ここでも、別のコンピューターでも復元できます。モデルファイルは含まれません。もう一度ダウンロードできるからです。</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>チャットをインポート</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>ChatGPT、Open WebUI、LM Studio、NemoDeskからエクスポートしたものを取り込みます。ファイル、ダウンロードしたままのアーカイブ、フォルダーに対応しています。すでにあるチャットが二重に取り込まれることはありません。</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>チャットをエクスポート</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>すべてのチャットを1つのファイルにします。読むためにはWebページかMarkdown、すべてを残すにはJSON、モデルを訓練するプログラムにはJSON Linesを選びます。1つのチャットだけなら、一覧のメニューからエクスポートできます。</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>ゴミ箱を空にする…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>削除したモデル</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>ゴミ箱は空です。</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>削除したモデルは%1日間ここに残ります。それまでは容量を使います。</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>削除したモデルは1日間ここに残ります。それまでは容量を使います。</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>ゴミ箱を空にしますか？</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>%1は完全に削除されます。この操作は取り消せません。</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>完全に削除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>NemoDeskでエラーが起きました</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>保存済みのものは何も失われていません。よろしければ、レポートをコピーして私たちにお送りください。</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>レポートをコピー</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>チャットを暗号化しています</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>キーはこのコンピューターのキーリングにあります。</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>NemoDeskは起動のたびにパスワードを求めます。</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>ここにはキーを保管するキーリングがありません。NemoDeskは起動のたびに回復キーを求めます。</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>チャットは暗号化されています</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>チャットの暗号化を解除しています</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>チャットの暗号化が解除されました</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>回復キーとパスワードは不要になりました。</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>すべてを読んで比べてから確定します。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>回復キーの保存先</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>NemoDesk 回復キー.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>NemoDeskのチャットの回復キーです。これを持つ人は誰でもチャットを読めます。</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>チャットは暗号化されていません</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>このコンピューターのファイルを読める人は誰でもチャットを読めます。暗号化すれば、あなたの持つキーでしか開けなくなります。</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>チャット、添付ファイル、下書きは、暗号化された1つのファイルになっています。キーはこのコンピューターのキーリングにあり、ログインすると開きます。</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>チャット、添付ファイル、下書きは、暗号化された1つのファイルになっていて、パスワードで開きます。NemoDeskの実行中、キーはコンピューターのメモリにあります。</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>チャットはパスワードで開きます</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>パスワードか回復キーがなければ、誰にも読めません。</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>NemoDeskはパスワードを求めます</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>これは入り口の扉にすぎません。チャットは暗号化されておらず、このコンピューターのファイルを読める人は誰でもチャットを読めます。</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>NemoDeskは何も求めずに開きます。</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>このコンピューターには、パスワードの照合に使うものを保管できるキーリングがありません。パスワードを使うには、チャットを暗号化してください。</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>パスワードはありません</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>環境に%1が設定されており、それに従います。</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>チャットと下書きと添付ファイル（暗号化済み）</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>チャットと下書きと添付ファイル</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>変更前のチャットのコピーと、壊れたファイル</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>作り直せるもの：速度や、ハブからの情報</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>ログ：何が起きたか。会話の内容は含みません</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>設定、キー、パスワード</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>このコンピューターのキーリング</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>設定。キーはNemoDeskの終了時に忘れられます</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>チャットに戻る</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>アーカイブ</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>残しておきたいけれど、毎日は見なくてよいチャットです。</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>ゴミ箱</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>削除したチャットは復元できます。%1日後に消去されます。</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>削除したチャットは、ゴミ箱を空にするまで復元できます。</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>何についてお話ししますか？</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>すべてこのコンピューターの中だけで、インターネットなしで動きます。</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>何かをやさしい言葉で説明する</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>空はなぜ青いのか、やさしい言葉で説明してください。</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>親しみのあるメッセージを書く</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>手伝ってくれた近所の人にお礼を伝える、短くて親しみのあるメッセージを書いてください。</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>計画を立てる</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>家で静かに過ごす週末の簡単な計画を立ててください。</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>ようこそ</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>このコンピューターで動く、プライベートなアシスタントです。ダウンロードした後は、インターネットなしで使えます。</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>ダウンロードして始める</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>別のモデルを選ぶ</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>スターターモデルを使う</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>コンピューターを調べています…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>最適なモデル</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>コンピューターを調べています</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>快適に動きます</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>動きますが、遅めです</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>このコンピューターには大きすぎます</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>1秒に1語未満</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>1秒に約1語</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>残り数秒</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>残り1分未満</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>残り約1時間</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>残り約%1時間</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>1秒に約%1語</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>残り1分</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>残り%1分</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>1秒に%1</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>プリセットの保存と変更</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>速度制限</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>保存されるものと、その場所</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
</context>
</TS>
