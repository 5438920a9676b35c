<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>حول NemoDesk</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>برنامج حر بموجب رخصة Apache، الإصدار 2.0.</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>الإصدار {0}.</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>بُني باستخدام</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>تبقى محادثاتك على هذا الحاسوب، ولا يُرسَل شيء مما تكتبه إلى أي مكان.</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>لا يحصي NemoDesk شيئًا عنك ولا يبلّغ عنك بشيء.</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>لا يتصل بالإنترنت إلا عندما تطلب منه ذلك.</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>تراخيص المكتبات</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>النسخة السابقة</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} من {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>النسخة التالية</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تحرير</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>إعادة الإنشاء</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>المتابعة من هنا في محادثة جديدة</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>ليس فيه بطاقة رسوميات</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>حاسوبك: %1، الذاكرة %2، %3.</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1 (يستخدم الذاكرة نفسها)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>معالج غير معروف</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1، ولا يستطيع NemoDesk استخدامها بعد</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>يسري من رسالتك التالية، ويُحمَّل النموذج من جديد لأجله.</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>تسري الاختيارات من رسالتك التالية.</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>تتسع %1 من الرموز لنحو %2 كلمة، وتشغل %3 من الذاكرة.</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>يتسع هذا الحاسوب الآن لما يصل إلى %1.</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>اختر أقل من ذلك، وإلا فلن يمكن تحميل النموذج.</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>استُبدلت اختياراتك</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>لم تكن محفوظة كإعداد مسبق.</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>استعادتها</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>الملفات المرفقة</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>أُرفق %1.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>وضع النص في الرسالة</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>إزالة %1</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>نص ملصق</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>صورة ملصقة</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>حفظ باسم</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>تجري القراءة…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1: فيه %2 بلا نص، وهذا ما لا يستطيع النموذج قراءته.</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>تجري القراءة… %1 من %2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>صفحة واحدة</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>كلمة واحدة</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>لا يستطيع هذا النموذج رؤية الصور: يُبلَّغ بالاسم فقط.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 من الصفحات</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 من الكلمات</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>نسخ كل شيء احتياطيًا</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>عبارة المرور تحمي النسخة الاحتياطية: لا أحد يستطيع فتحها من دونها، ولا أحد يستطيع استرجاعها إن ضاعت. ومن دون عبارة مرور يستطيع كل من لديه الملف قراءة محادثاتك.</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>اختيار مكان…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>عبارة مرور (اختيارية)</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>العبارة نفسها مرة أخرى</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>حفظ المفاتيح فيها أيضًا</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>مثل مفتاح Hugging Face. مع عبارة مرور فقط.</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>يجب ألا يقل طول عبارة المرور عن %1 من المحارف.</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>العبارتان غير متطابقتين.</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>معروض الآن</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>عرض المزيد</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>حذف المجلد والإبقاء على محادثاته</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>إعادة إلى المحادثات</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>تثبيت</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>إلغاء التثبيت</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>نقل إلى مجلد</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>أرشفة</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>مجلد جديد…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>إخراج من المجلد</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>عنوان المحادثة</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>اسم المجلد</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>مؤقتة</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>مثبّتة</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>آخر 7 أيام</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>المجلد %1، مطوي</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>المجلد %1</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>محادثة</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>مجلد</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>مجلد جديد</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>نُقلت «%1» إلى الأرشيف.</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>نُقلت المحادثات إلى الأرشيف (%1).</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>حُذفت «%1».</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>حُذفت المحادثات (%1).</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>حُذف المجلد «%1»، وما زالت محادثاته هنا.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>أفلت الملفات هنا لإرفاقها</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>قائمة المحادثة</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>إظهار المحادثات</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>محادثة مؤقتة</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>يجري تحميل النموذج… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>تجري القراءة… %1 من %2 من الرموز</translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation>درجة الحرارة</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation>مدى الحرية في اختيار الكلمات. القيمة 0 تأخذ دائمًا الكلمة الأرجح، والقيم الأعلى أكثر تنوعًا.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>يُبقي الكلمات الأرجح التي تشكّل معًا هذه النسبة. القيمة 1 تُبقيها كلها.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>يستبعد الكلمات التي يقل احتمالها كثيرًا عن الأرجح. القيمة 0 تُبقيها كلها.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>يُبقي هذا العدد من الكلمات الأرجح. القيمة 0 تُبقيها كلها.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>البذرة</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>البذرة نفسها مع السؤال نفسه تعطي الإجابة نفسها مرة أخرى.</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>الحد الأقصى للرموز الجديدة</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>أقصى طول للإجابة. كل 100 رمز تعادل نحو 75 كلمة. إن تُرك فارغًا أنهى النموذج إجابته بنفسه.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>طول السياق</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>مقدار ما يستوعبه النموذج من المحادثة، بالرموز. إن تُرك فارغًا اختار NemoDesk ما يتسع له هذا الحاسوب بسهولة.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>تلقائي</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>إعدادات المحادثة</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>معروض الآن</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>إعدادات المحادثة</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>إغلاق إعدادات المحادثة</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>ما تسري عليه هذه الاختيارات</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>هذه المحادثة</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>كل محادثة مع هذا النموذج</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>إعادة تعيين الكل</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>كيف تُختار الكلمات</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>الطول</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>كيف يُخاطَب النموذج</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>التحقق من الكل</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>يجري التحقق من نماذجك</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>تم التحقق من النماذج</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>يقرأ كل ملف نموذج كاملًا ويقارنه بما يجب أن يكون عليه. تستغرق النماذج الكبيرة بضع دقائق.</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>نسخ الشيفرة</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>شيفرة</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>إرفاق ملف</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>إرسال</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>رسالة</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>اختر نموذجًا للبدء</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>ما زالت قراءة أحد الملفات جارية.</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>ما يجري الاتصال به</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>المنصة</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>مفتاحك</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>يتصل NemoDesk بـ %1 وبالخوادم التي تحددها لملفاتها، ولا يفعل ذلك إلا عندما تبحث عن نماذج أو تنظر في تفاصيلها أو تنزّل أحدها. ولا يتصل بشيء سوى ذلك، ولا يرسل محادثاتك أبدًا.</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>تلخيص البداية</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>استخدام سياق أطول</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>إيقاف التلخيص</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%1 ألف بدلًا من %2. يُحمَّل النموذج من جديد لأجل ذلك.</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>السياق</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1 من %2 ألف</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>نحو %1 من %2 ألف</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>مقدار المشغول مما يستطيع النموذج قراءته دفعة واحدة، بآلاف أجزاء الكلمات. اضغط لعرض التفاصيل.</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>توشك هذه المحادثة أن تصبح أطول مما يستوعبه النموذج. مع رسالتك التالية لن يقرأ بدايتها بعد ذلك، وسيبيّن خط في المحادثة الموضع.</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>رسالتك أطول مما يستوعبه النموذج: فيها %1 من أجزاء الكلمات (الرموز)، والمتسع هو %2. اختصرها، أو دع النموذج يستخدم سياقًا أطول.</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>لكي تستمر المحادثة، لم يعد النموذج يقرأ بدايتها.</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>يجري تحميل النموذج… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>يقرأ النموذج المحادثة… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>يكتب النموذج ملخصًا للبداية. رسائلك باقية.</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>ملخص ما سبق من المحادثة</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>ما يقرؤه النموذج</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>هذه أرقام تقديرية إلى أن يُحمَّل النموذج.</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>مع كل رسالة يقرأ النموذج المحادثة من جديد. ويستوعب %1 من أجزاء الكلمات (الرموز) دفعة واحدة، أي نحو %2 كلمة إنجليزية.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>التعليمات</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>ملخص البداية</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>المرفقات</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>محادثة</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>رسالتك</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>الإجابة حتى الآن</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>متروك للإجابة</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>يجري البحث عن الخيارات</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>خيارات %1</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>الخيار</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>الذاكرة</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>السرعة</translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>تحريك لأعلى</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>تحريك لأسفل</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>إزالة من القائمة</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 في انتظار الشبكة</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>ستُعاد المحاولة تلقائيًا.</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>عرض التنزيل</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>لم يُنزَّل %1</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>وصل %1</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>فُحص ويمكن استخدامه الآن، حتى في المحادثة المفتوحة.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>استخدامه</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>في انتظار الشبكة</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>قيد الانتظار</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>قيد الفحص</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>وصل وفُحص</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>التنزيلات</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>لا توجد تنزيلات</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>تظهر هنا النماذج التي تنزّلها أثناء وصولها.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>البحث عن نموذج</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>تُستأنف بعد الانقطاع، وتُفحص عند وصولها.</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>دوّن مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>يفتح محادثاتك إذا فُقدت سلسلة المفاتيح أو كلمة المرور. ومن دونه تضيع عندئذ ولا يستطيع أحد المساعدة. احتفظ به على ورقة أو على جهاز آخر.</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>تشفير محادثاتي</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>اكتب اثنتين من مجموعاته للتأكد من أنك دوّنته صحيحًا:</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>المجموعة %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>كلمة المرور</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>كلمة المرور (يمكن تركها فارغة)</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>لا توجد على هذا الحاسوب سلسلة مفاتيح تحفظ المفتاح، لذا يجب أن تفتح كلمة مرور محادثاتك عند كل بدء.</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>من دون كلمة مرور تُفتح محادثاتك تلقائيًا ما دمت مسجّل الدخول إلى هذا الحاسوب. ومع كلمة مرور يطلبها NemoDesk عند كل بدء.</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>المجموعة %1 غير صحيحة. قارنها بما هو مكتوب أعلاه.</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>تشفير محادثاتي…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>إيقاف التشفير…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>عرض مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>يجري تشفير محادثاتك</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>هل تريد إيقاف التشفير؟</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>عندئذ يستطيع كل من يمكنه قراءة ملفات هذا الحاسوب قراءة محادثاتك. ولن تعود هناك حاجة إلى مفتاح الاسترداد وكلمة المرور.</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>إيقاف التشفير</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>هل تريد محو كل شيء؟</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>تُمحى نهائيًا جميع المحادثات والمرفقات ونسخها وجميع الإعدادات والمفاتيح وكلمات المرور والسجلات، ثم يُغلق NemoDesk. تبقى النماذج. وقد تحتفظ أقراص الحالة الصلبة بكتل قديمة مدة من الزمن.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>محو كل شيء</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>محو</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>اكتب %1 للمتابعة</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>اكتب كلمة %1 أولًا.</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>هذا لا يعمل هنا</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>هذا لم يعد موجودًا</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>الذاكرة غير كافية</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>المحادثة طويلة جدًا</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>لا يوجد اتصال</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>لا يمكن استخدام هذا النموذج</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>لا يمكن قراءة هذا الملف</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>حدثت مشكلة في المحرّك</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>تعذّر الحفظ</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>المحادثات المستوردة: %1.</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>الموجودة من قبل: %1.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>المستبعدة: %1.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>أُوقف قبل النهاية.</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>و%1 غير ذلك.</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1 (%2) ليس على هذا الحاسوب. ابحث عنه في «النماذج».</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>أُنشئت في %1 بواسطة %2.</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>المحادثات: %1. الرسائل: %2. الإعدادات: %3. المفاتيح: %4. النماذج في القائمة: %5.</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>يعود كل شيء كما كان في النسخة الاحتياطية. تُنقل المحادثات الأخرى إلى سلة المهملات، وتعود الإعدادات الأخرى إلى قيمها الافتراضية.</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>تُنشأ أولًا نسخة احتياطية مما هو موجود هنا.</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>محادثات NemoDesk</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>صدّر بصيغة ‎.html أو ‎.md أو ‎.json أو ‎.jsonl</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>مكان حفظ محادثاتك</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>يجري تصدير محادثاتك</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>في هذا الملف محادثة واحدة:</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>المحادثات (%1):</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>تم التصدير</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>المحادثات المراد استيرادها</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>المحادثات (*.json *.jsonl *.zip *.nemodesk);;جميع الملفات (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>يجري استيراد المحادثات</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>مكان حفظ النسخة الاحتياطية</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>يجري نسخ كل شيء احتياطيًا</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>أُنشئت النسخة الاحتياطية.</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>نسخ NemoDesk الاحتياطية (*.nemodesk);;جميع الملفات (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>النسخة الاحتياطية المراد استعادتها</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>تجري قراءة النسخة الاحتياطية</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>تجري استعادة النسخة الاحتياطية</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>ما كان هنا من قبل محفوظ في %1.</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>ما زال عمل آخر جاريًا. انتظر حتى ينتهي.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>إزالة %1</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>إعادة تعيين: %1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>موجّه النظام</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>لا شيء. مثلًا: أجب بإيجاز.</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>ما يُقال للنموذج قبل رسالتك الأولى: من يكون وكيف يكتب.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>التفكير</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>كما يشاء النموذج</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>التفكير أولًا</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>الإجابة فورًا</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>التفكير يحسّن الإجابات الصعبة، ويبطئ كل إجابة.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>قالب المحادثة</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>كيف تُجمع الرسائل للنموذج، بلغة Jinja. إن أُفرغ عاد قالب النموذج نفسه.</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>اختيارك لكل محادثة مع هذا النموذج.</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>موصى به</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>الموصى به لهذا النموذج: %1.</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>هذا ليس قالب النموذج نفسه.</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>هذا قالب النموذج نفسه.</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>فتح ملف نموذج</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>ملفات النماذج (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>إرفاق ملفات</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>لا يوجد في الفهرس نموذج يناسب هذا الحاسوب جيدًا. لكن نموذج البداية يناسبه، ويمكنك فتح ملف نموذج لديك في «النماذج».</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>حجم التنزيل %1</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>يحتاج إلى %1 من الذاكرة</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1، %2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>إلى أن يصل يجيب نموذج البداية. وتبقى محادثاتك.</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>يمكنك بدء المحادثة حالما يصل.</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1 في الطريق</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>عرض التنزيل</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>نقل…</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>يجري نقل نماذجك</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>أرشفة</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>سلة المهملات</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>حذف نهائي…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>إفراغ سلة المهملات…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>إعادة إلى المحادثات</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>استخدامها</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>ليس الآن</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>عام</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>المظهر</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>يضع التباين العالي حدودًا واضحة حول كل شيء.</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>النموذج المناسب</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>تفحص صفحة الترحيب هذا الحاسوب وتسمّي أفضل نموذج له.</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>عرض صفحة الترحيب مرة أخرى</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>مكان إعداداتك</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>حسب النظام</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>فاتح</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>داكن</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>تباين عالٍ</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>يجري سؤال Hugging Face</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>البحث عن «{0}» في Hugging Face</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>«{0}» في Hugging Face</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>لا يوجد هناك شيء بهذا الاسم. جرّب كلمات أقل أو كلمات أخرى.</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>لا يوجد فيه ملف نموذج يستطيع NemoDesk تحميله.</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>الانتقال إلى النهاية</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>لا تُتاح بعض النماذج إلا لمن وافق على رخصتها في Hugging Face. ويفتحها مفتاح (“access token”) من حسابك هناك. تكفي صلاحية “Read”.</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>إضافة مفتاح…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>استبدال المفتاح…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>إزالة المفتاح…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>يوجد مفتاح محفوظ.</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>لا يوجد مفتاح.</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>هل تريد إزالة المفتاح؟</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>لن يمكن عندئذ تنزيل النماذج التي تحتاج إليه. أما المفتاح نفسه فيبقى صالحًا.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>حفظ…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>مفتاح Hugging Face</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>حفظ المفتاح</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>انسخه من صفحة “Access Tokens” في حسابك على Hugging Face.</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>هذا ليس مفتاحًا: فيه مسافات أو علامات أخرى.</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>مفتاح الاسترداد الخاص بك</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>يستطيع كل من لديه هذا المفتاح قراءة محادثاتك. احتفظ به على ورقة أو على جهاز آخر.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>كلمة المرور</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>فتح القفل</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>البدء بمحادثات فارغة…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>هل تريد البدء بمحادثات فارغة؟</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>من دون كلمة المرور ومفتاح الاسترداد لا يستطيع أحد قراءة محادثاتك، ولا حتى أنت. يُحفظ ملفها بجانب الملف الجديد، فقد يظهر مفتاح الاسترداد لاحقًا.</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>البدء بمحادثات فارغة</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>استخدام كلمة المرور</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>استخدام مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>سؤال سلسلة المفاتيح مرة أخرى</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>أعد المحاولة بعد %1 ث.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>يجري البحث…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>سلسلة المفاتيح لا تعطي المفتاح.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>محادثاتك مشفّرة</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>سلسلة مفاتيح هذا الحاسوب لا تعطي مفتاحها. افتح سلسلة المفاتيح، أو اكتب مفتاح الاسترداد الذي دوّنته.</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>هل نسيتها؟ محادثاتك غير مشفّرة، لذا فهذا مجرد باب: يفتحه الأمر «nemodesk settings reset lock.enabled» في الطرفية.</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDesk مقفل</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>اكتب كلمة المرور لترى محادثاتك.</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>كلمة المرور هذه غير صحيحة.</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>تبدأ بمحادثات فارغة</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>المحادثات المشفّرة محفوظة باسم %1.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>أفلت النموذج هنا لإضافته</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>محادثة</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>التنزيلات</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>محادثة جديدة لا يُحفظ منها شيء</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>البحث في المحادثات</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>كتابة رسالة</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>إرسال الرسالة</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>بدء سطر جديد</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>تحرير رسالتك الأخيرة عندما لا يكون هناك نص مكتوب</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>إيقاف الإجابة</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>إيقاف الإجابة، أو إغلاق ما هو مفتوح</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>اختيار نموذج</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>إرفاق ملفات بالرسالة</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>إظهار المحادثات أو إخفاؤها</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>إعدادات المحادثة</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>إعادة تسمية المحادثة في القائمة</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>قفل NemoDesk، إن كانت له كلمة مرور</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>عرض هذه الاختصارات</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>إغلاق NemoDesk</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>عرض الملخص</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>الملخص</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>يكتب النموذج ملخصًا لما هو أعلاه.</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>يقرأ النموذج ملخصًا لما هو أعلاه.</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>لم يعد النموذج يقرأ مما فوق هذا الخط سوى الملخص.</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>لم يعد النموذج يقرأ ما فوق هذا الخط.</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>إخفاء الملخص</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>نص المحادثة</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>رسالة</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>الرسالة المحرّرة</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>إرسال مرة أخرى</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>أنت</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>المساعد</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>أوقفتَ هذه الإجابة.</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>انقطعت هذه الإجابة. زر «متابعة» يكملها من هنا.</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>بلغت هذه الإجابة حد الطول. زر «متابعة» يكملها من هنا.</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>تعذّر إكمال هذه الإجابة.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>إعادة الإنشاء</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>متابعة</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>موصى به</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>قيد الاستخدام</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>تنزيل</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>فتح صفحته في Hugging Face</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>هل تريد إزالة {0} من هذا الحاسوب؟ ستبقى المحادثات معه.</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>النماذج على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>فتح ملف نموذج…</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>النموذج</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>اختيار نموذج</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>لا يوجد نموذج على هذا الحاسوب بعد. نزّل واحدًا من «النماذج».</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>يُحمَّل %1 مع رسالتك التالية</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>يعمل %1 على بطاقة الرسوميات (%2)</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>يعمل %1 على المعالج</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1، على هذا الحاسوب</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>النماذج التي لم تُضَف: %1</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 جاهز</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>النماذج الجاهزة: %1</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>أُزيل %1.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 و%2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>يوجد نموذج واحد من %2 على هذا الحاسوب من قبل: %1.</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>النماذج من %2 الموجودة على هذا الحاسوب من قبل: %1.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>فتح ملف نموذج…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>البحث عن نماذج جديدة</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>البحث في النماذج</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>قائمة النماذج</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>ما يستطيع هذا الحاسوب تشغيله، وبأي سرعة سيكتب.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>يناسب هذا الحاسوب</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>لم يُعثر على شيء هنا</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>لا يوجد نموذج باسم «{0}» على هذا الحاسوب ولا في الفهرس.</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>لا شيء لعرضه</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>اختر «الكل» لترى كل النماذج.</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>لا توجد نماذج بعد</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>افتح ملف نموذج، أو أفلت ملفًا هنا. تنتهي أسماء ملفات النماذج بـ ‎.gguf.</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>اسم الإعداد المسبق</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>مثلًا: إجابات قصيرة</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>يوجد إعداد مسبق بهذا الاسم، وسيحل الحفظ محله.</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>التنقل</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>معروض الآن</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>اكتمل %1</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>اكتب عددًا بين %1 و%2.</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>اكتب عددًا صحيحًا بين %1 و%2.</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>هذه النسخة الاحتياطية محمية</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>أدخل عبارة المرور التي أُنشئت بها.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>عبارة المرور</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>أدخل عبارة المرور أولًا.</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>تعيين كلمة مرور…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>تغيير كلمة المرور…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>إزالة كلمة المرور…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>القفل الآن</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>القفل التلقائي</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>عند البدء فقط</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>بعد %1 دقيقة</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>يطلبها NemoDesk عند كل بدء، وبعد قفله. وهي غير مدوّنة في أي مكان: من نسيها فلا يعينه إلا مفتاح الاسترداد.</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>يطلبها NemoDesk عند كل بدء، وبعد قفله. وهي من دون تشفير مجرد باب: كل من يمكنه قراءة ملفات هذا الحاسوب يستطيع قراءة محادثاتك.</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>عندئذ يستطيع كل من يستخدم هذا الحاسوب فتح NemoDesk وقراءة محادثاتك.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>لا توجد على هذا الحاسوب سلسلة مفاتيح تحفظ المفتاح، لذا سيطلب NemoDesk عندئذ مفتاح الاسترداد عند كل بدء.</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>هل تريد إزالة كلمة المرور؟</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>إزالة كلمة المرور</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>اختر كلمة مرور</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>تعيين كلمة المرور</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>كلمة مرور جديدة</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>العبارة نفسها مرة أخرى</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>العبارتان غير متطابقتين.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>يجب ألا يقل طول كلمة المرور عن %1 من الأحرف. أربع كلمات لا رابط بينها يسهل تذكرها ويصعب تخمينها.</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>الأداء</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>يكتشف NemoDesk بنفسه ما يناسب هذا الحاسوب. لا تغيّر هذا إلا لتجربة شيء ما أو لترك متسع لبرامج أخرى.</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>ما يقوم بالحساب</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>ما تشغله المحادثة من الذاكرة</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>المتغير %1 في نظامك له الأولوية.</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>القيمة التلقائية على هذا الحاسوب هي %1.</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>هذه النسخة من NemoDesk تحسب على المعالج وحده.</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>في سلسلة مفاتيح هذا الحاسوب، التي يحميها تسجيل دخولك.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>NemoDesk محمول هنا: الإعدادات في الملف %1، وتُنسى المفاتيح عند إغلاقه.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>لا يمكن استخدام سلسلة مفاتيح هذا الحاسوب الآن. الإعدادات في هذه الأثناء في الملف %1، وتُنسى المفاتيح عند إغلاق NemoDesk.</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>هو في سلسلة مفاتيح هذا الحاسوب، ولا يُعرض أبدًا.</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>يُنسى عند إغلاق NemoDesk: لا يمكن استخدام سلسلة المفاتيح الآن.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>إعداد مسبق</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>حفظ الإعدادات المسبقة أو تغييرها</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>اختيارات تحت اسم واحد</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>بلا إعداد مسبق</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1، معدّل</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>اختياراتك الخاصة</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>حفظ كإعداد مسبق…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>حفظ التغييرات في «%1»</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>إعادة تسمية «%1»…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>حذف «%1»…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>حفظ كإعداد مسبق</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>إعادة تسمية الإعداد المسبق</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>هل تريد حذف الإعداد المسبق «%1»؟</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>تحتفظ المحادثات التي تستخدمه بقيمه.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>حفظ باسم…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>تظهر هنا البداية فقط. ويتلقى النموذج كل ما يتسع له.</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>نص الملف</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>صورة</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>لا يمكن عرض هذه الصورة.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>الخصوصية والأمان</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>العمل دون اتصال</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>عندئذ لا يُجري NemoDesk أي اتصال: لا بحث عن نماذج ولا تنزيل.</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>محو كل شيء…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>التشفير</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>كلمة المرور</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>ما يُحفظ وأين</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>تنزيل</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>هل تريد استعادة هذه النسخة الاحتياطية؟</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>المحادثات الموجودة هنا</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>الإبقاء عليها أيضًا</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>نقلها إلى سلة المهملات</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>تُضاف المحادثات غير الموجودة هنا، وتسري إعدادات النسخة الاحتياطية.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>مسح البحث</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>إخفاء</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 هل تقصد %2؟</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 تُحفظ الإعدادات في هذه الأثناء في %2، وتُنسى المفاتيح وكلمات المرور عند إغلاق NemoDesk.</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 تُحفظ الإعدادات في %2، وتُنسى المفاتيح وكلمات المرور عند إغلاق NemoDesk.</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 ستُعاد المحاولة بعد %2 ث.</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 لا يؤخذ بما كان فيه.</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 يخص %2 الذي سيفتقده. استخدمه حيث هو، أو انسخه.</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>جاء %1 مع NemoDesk ويُزال معه.</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>لا يمكن الوصول إلى %1. تحقق من الشبكة، ومن HF_ENDPOINT وHTTPS_PROXY إن كنت قد عيّنتهما، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>لا يمكن قراءة %1 (%2). تحقق من أنه ما زال موجودًا ومن أن قراءته مسموحة لك.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>لا يمكن قراءة %1 (%2). تحقق من أن قراءته مسموحة لك.</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>لا يمكن قراءة %1. حدّد ملفًا مسموحًا لك بقراءته.</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>لا يمكن الكتابة إلى %1 (%2). اختر مكانًا آخر.</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>لا يدعم %1 البحث. أعطِ بدلًا من ذلك اسم النموذج كاملًا، مثل OWNER/NAME.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>تعذّر تحميل %1: الملف تالف أو مُعدّ لإصدار آخر من المحرّك. نزّله مرة أخرى، أو حدّث NemoDesk.</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>تعذّرت قراءة %1: لم يبدأ جزء من NemoDesk. أعد المحاولة، أو ثبّت NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>لا يقبل %1 المفتاح الموجود في HF_TOKEN. أنشئ مفتاحًا جديدًا في %2، أو أزل HF_TOKEN.</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>لا يجيب %1 كما تجيب منصة نماذج. أعد المحاولة لاحقًا، أو تحقق من HF_ENDPOINT إن كنت قد عيّنته.</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>لا يجيب %1 في الوقت المناسب. تحقق من الشبكة ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>لا يسمح %1 بالوصول (الحالة %2). تحقق من HF_TOKEN إن كنت قد عيّنته، أو اختر نموذجًا آخر.</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>لا يحتوي %1 على مفتاح للمنصة. انسخ المفتاح مرة أخرى ككلمة واحدة، أو أزله.</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>لا يحتوي %1 على عنوان خادم وكيل. اكتبه بالشكل http://HOST:PORT، أو أزله.</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 من بطاقات الرسوميات بذاكرة مجموعها %2</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>لدى %1 مشكلة خاصة به (الحالة %2). أعد المحاولة بعد بضع دقائق.</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>تلقّى %1 طلبات كثيرة جدًا من هنا. أعد المحاولة %2.</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>لا يوجد في %1 نموذج بصيغة GGUF. ابحث عن «%2 GGUF» بدلًا من ذلك.</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>لا يوجد في %1 «%2». اختر واحدًا مما يلي: %3.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>يحتوي %1 على أكثر من %2 من الملفات. اختر المجلد الذي فيه المحادثات وحدها.</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>يحتوي %1 على أكثر من 8 ملايين محرف، ولا يستطيع أي نموذج هنا قراءة ذلك. أعطِ الجزء المهم منه.</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>لا يحتوي %1 على نص: صفحاته صور. دع برنامجًا للتعرف على النصوص (OCR) يضيف النص، ثم أعطِ الملف الناتج.</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1 بدقة %2 بت</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 ملف. اختر مجلدًا.</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 مجلد. أعطِ الملفات التي فيه.</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 رابط إلى ملف آخر. استخدمه حيث هو، أو انسخه.</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>تجري الآن الكتابة إلى %1. انتظر حتى تنتهي.</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 تالف ولا يمكن قراءته. احفظه من جديد، أو أعطِ ملفًا آخر.</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 تالف: محتواه ليس ما يجب أن يكون عليه %2 بحسب اسمه. احصل على الملف من مصدره مرة أخرى.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 فارغ.</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 قيد الاستخدام ولا يحرّره Windows. أغلق المحادثات والبرامج التي تستخدمه، ثم أزله.</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 في مكتبتك الآن، لكن تعذّرت إزالة %2. أزله بنفسك.</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 محفوظ في %2. أزل الملف من هناك إن لم تعد تريد النموذج.</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 ليس مكيّف LoRA لهذا النموذج. اختر مكيّفًا بصيغة GGUF أُعدّ له.</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 ليس ملفًا نصيًا ولا PDF ولا مستندًا ولا صورة يمكن قراءتها. احفظه كنص عادي أو كملف PDF ثم أعطِ الملف الناتج.</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 ليس فارغًا. اختر لنماذجك مجلدًا جديدًا أو فارغًا.</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>لم يعد %1 في سلة المهملات. نزّله مرة أخرى.</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 محمي بكلمة مرور. احفظه من دونها ثم أعطِ الملف الناتج.</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 كبير جدًا: الحد الأقصى 8 MB للملف النصي و64 MB لغيره. أعطِ الجزء المهم منه.</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>لا تتسع بطاقة الرسوميات لـ %1 من طبقات هذا النموذج. اختر عددًا أقل، أو ‎-1 لأكبر عدد تتسع له.</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>يقع %1 داخل مجلد النماذج نفسه. اختر مجلدًا خارج %2.</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>لا يُسمح بقراءة %1 أو تغييره، أو يستخدمه برنامج آخر. تحقق من الأذونات، أو أغلق ذلك البرنامج.</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>لم يعد الملف %2 موجودًا في %1. ابحث عن النموذج مرة أخرى واختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>القيم المقبولة لـ %1: %2.</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>كُتب %1 أثناء نقل النماذج. أوقف التنزيلات مؤقتًا ثم أعد المحاولة؛ ما زالت نماذجك في %2.</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1، عدد الأنوية: %2، %3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1، عدد الطبقات على البطاقة: %2</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1: %2 مناسب تمامًا ويكتب %3.</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1: %2 مناسب ويكتب %3.</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>سياق طوله %1 من الرموز يحتاج إلى %2 من الذاكرة، والمتاح في هذا الحاسوب %3. يتسع لما يصل إلى %4 من الرموز: اختر ذلك أو أقل منه.</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>خرجت نسخة من %1 مختلفة عنه. لم يتغير شيء: افحص القرص ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>في إحدى رسائل هذه المحادثة %1 من الرموز (أجزاء الكلمات)، وهذا أكثر مما يستطيع النموذج قراءته لتلخيصها (%2). اختر سياقًا أطول.</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>تعذّر بدء جزء من NemoDesk. ثبّت NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>يجب ألا يقل طول كلمة المرور عن %1 من الأحرف. أربع كلمات لا رابط بينها يسهل تذكرها ويصعب تخمينها.</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>يتكون مفتاح الاسترداد من %1 من الأحرف والأرقام في %2 من المجموعات، والمكتوب هنا %3. انظر هل نقص شيء أو تكرر.</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>نموذج صغير جدًا يأتي مع NemoDesk لتبدأ المحادثة فورًا؛ إجاباته بسيطة وكثيرًا ما تكون خاطئة.</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>المدة دون استخدام التي يطلبها بعدها من جديد.</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>الإجابة التي انتهت لا يمكن أن تكون إجابة تُكتب الآن.</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>يجلب NemoDesk آخر هذا النموذج، وهذا في انتظاره.</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>يستخدم برنامج آخر محادثاتك ولا يحرّرها. أغلق نوافذ NemoDesk الأخرى ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>اختر عبارة مرور لا يقل طولها عن %1 من المحارف.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>اختر غيره.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>أغلق البرامج الأخرى أو اختر نموذجًا أصغر.</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>تذكر كل إجابة السرعة التي كُتبت بها.</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>احصل على الملف من مصدره مرة أخرى، أو استخدم نموذجًا آخر.</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>ضع لمحادثتنا عنوانًا من كلمتين إلى ست كلمات، بلغة سؤالي. أجب بالعنوان وحده، من دون علامات اقتباس.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>لا يحتوي HF_ENDPOINT على عنوان منصة. اكتبه بالشكل https://HOST، أو أزله.</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>مدى الدقة في حفظ المحادثة في الذاكرة؛ يشغل q8_0 نصف المساحة.</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>السرعة القصوى لجميع التنزيلات معًا.</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>مدة بقاء المحادثات والنماذج المحذوفة في سلة المهملات.</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>عدد طبقات النموذج التي تحسبها بطاقة الرسوميات.</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>عدد مسارات المعالج التي تقوم بالحساب.</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>مقدار ما يستوعبه النموذج من المحادثة.</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>مظهر النافذة؛ القيمة “system” تتبع الحاسوب.</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>ثبّت نسخة NemoDesk المخصصة للحواسيب الأقدم.</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>أجابت صفحة ويب بدلًا من %1. إن كانت هذه الشبكة تطلب تسجيل الدخول، فافعل ذلك في متصفح ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>يحتوي على قيم أكثر بكثير من أي محادثة.</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>إنه تالف، أو متداخل بعمق غير معقول.</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>حجمه أكبر من %1.</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>ليست محادثة من نوع يعرفه NemoDesk.</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>يحتاج إلى %1 من الذاكرة ويكتب %2 %3.</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>يحتاج إلى %1 من الذاكرة، والمتاح في هذا الحاسوب %2.</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>يحفظ المحادثة الآن في ذاكرة أقل.</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>يعمل الآن على المعالج وحده.</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>يستوعب الآن محادثات يصل طولها إلى نحو %1 كلمة.</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>استُبعد: سيكون حجمه بعد فك الضغط غير معقول.</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>لا تُحفظ المفاتيح إلا في نسخة احتياطية لها عبارة مرور. اختر عبارة.</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>معرفته وفهمه أوسع بكثير، وهو سريع حيث يتسع له الحاسوب؛ يحتاج إلى نحو 24 GB من الذاكرة أو أكثر.</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>دع Ollama يجلبه مرة أخرى، أو استخدم نموذجًا آخر.</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>أُوقف التحميل.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>يطلب NemoDesk كلمة مرور قبل أن يعرض المحادثات.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>لا يستطيع NemoDesk حفظ ملفاته في %1: %2. أفسح مساحة أو اسمح بالكتابة هناك، أو اختر مجلدًا آخر بواسطة NEMODESK_HOME.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>لا يستطيع NemoDesk حفظ ملفاته في %1: %2. أفسح مساحة أو اسمح بالكتابة هناك.</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>لا يستطيع NemoDesk استخدام قائمة نماذجك في %1. افحص القرص وأذونات المجلد.</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>لا يستطيع NemoDesk الكتابة إلى %1: %2. أفسح مساحة أو اسمح بالكتابة هناك، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>يجري إغلاق NemoDesk. شغّله من جديد.</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDesk مفتوح من قبل، ربما على حاسوب آخر، ولا يستجيب. أغلقه هناك ثم شغّله من جديد.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>NemoDesk محمول هنا.</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>لا يُجري NemoDesk أي اتصال.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>لا يُسمح لـ NemoDesk بالكتابة إلى %1 حيث تُحفظ محادثاتك. اسمح له بالكتابة هناك، أو اختر مجلدًا آخر.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>لا يُسمح لـ NemoDesk بالكتابة إلى %1. اسمح بالكتابة هناك، أو اختر مجلدًا آخر للنماذج.</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>لا توجد في %1 (SSL_CERT_FILE) جهة تضمن %2. أضف الجهة الخاصة بهذه الشبكة، أو أزل SSL_CERT_FILE للوثوق بجهات النظام.</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>لا توجد جهة يثق بها هذا الحاسوب تضمن %1. إن كانت الشبكة تفحص الاتصالات، فعيّن SSL_CERT_FILE على الملف الذي فيه جهة شهاداتها.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>لا يوجد نموذج محمَّل. اختر نموذجًا أولًا.</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>لا يحتوي أي مفتاح استرداد على %1. انظر إلى ما دوّنته مرة أخرى.</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>لا يمكن إنشاء اتصال آمن مع %1. تحقق من HTTPS_PROXY وHF_ENDPOINT إن كنت قد عيّنتهما، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>لم يُستورد شيء من %1: ليس فيه محادثة يستطيع NemoDesk قراءتها. فهو يقرأ ما صدّره بنفسه وما صدّره ChatGPT وOpen WebUI وLM Studio.</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>وضع عدم الاتصال مفعّل (HF_HUB_OFFLINE)، لذا لا يتصل NemoDesk بأحد. أوقفه للبحث عن النماذج أو تنزيلها.</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>لا يمكن متابعة سؤال، بل إجابة فقط.</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>الجزء %1 من %2 من هذا النموذج مفقود: %3. نزّل النموذج مرة أخرى.</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>الصورة %1: هي مرفقة، لكنك لا تستطيع رؤيتها.</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>سريع وذكي قياسًا بحجمه؛ يعمل جيدًا على معظم الحواسيب.</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>استغرقت قراءة %1 وقتًا طويلًا جدًا أو ذاكرة كثيرة جدًا، لذا أُوقفت. أعطِ ملفًا أبسط أو أقصر.</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>أزله ثم نزّله مرة أخرى.</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>شغّل `nemodesk models list` لترى الموجود منها.</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>الإعدادات والمفاتيح في سلسلة مفاتيح هذا الحاسوب (%1).</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>لا يمكن حفظ الإعدادات: تتعذّر الكتابة إلى %1. أفسح مساحة على القرص أو اسمح بالكتابة هناك.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>أُوقف. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>أُوقف. ما أُنجز قبل ذلك محفوظ.</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>أُوقف. محادثاتك كما كانت.</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>لخّص محادثتنا حتى الآن بحيث يمكن متابعتها من ملخصك وحده. احتفظ بالأسماء والأرقام والقرارات والنتائج والأسئلة المفتوحة. اكتب 200 كلمة على الأكثر، بلغة محادثتنا، ولا تكتب شيئًا سوى الملخص.</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>كان ذلك خطأ عدة مرات. انتظر %1 ث ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>يجب أن تكون قيمة %1 بين %2 و%3، لا %4.</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>لا يُسمح بعد للحساب صاحب HF_TOKEN باستخدام %1. وافق على رخصته في %2، ثم أعد المحاولة بعد منح الوصول.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>أُوقفت الإجابة.</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>الأرشيف تالف أو لم يُنزَّل كاملًا.</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>لا يمكن قراءة جهات الشهادات في %1. تحقق من SSL_CERT_FILE، أو أزله.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>شهادة %1 غير صالحة اليوم. تحقق من تاريخ هذا الحاسوب ووقته.</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>الشهادة المعروضة تخص حاسوبًا غير %1. تحقق من HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>في قالب المحادثة خطأ: %1. أعد تعيينه إلى قالب النموذج نفسه.</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>أُغلقت المحادثات من قبل. شغّل NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>انقطع الاتصال مع %1. أعد المحاولة.</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>انقطع الاتصال بالمنصة.</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>القرص ممتلئ. ما وصل من النموذج محفوظ في %1: أفسح مساحة، ثم تابع التنزيل.</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>يرفض القرص %1: %2. افحص القرص.</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>يرفض القرص حفظ النموذج في %1. افحص القرص، ثم تابع التنزيل.</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>أبلغ القرص عن عطل أثناء حفظ محادثاتك في %1. افحص القرص ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>القرص الذي عليه %1 ممتلئ. أفسح مساحة هناك ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>عملية التنزيل تعود إلى إصدار آخر من NemoDesk. ثبّت NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>أُنهي التنزيل من خارج البرنامج. ما وصل محفوظ؛ تابعه.</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>المحرّك يعود إلى إصدار آخر من NemoDesk. ثبّت NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>لا يمكن أن يعمل المحرّك على هذا المعالج: تنقصه تعليمات بُني المحرّك بها.</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>لم يتمكن المحرّك من حساب هذه الإجابة. أعد المحاولة.</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>وقع خطأ في المحرّك. أعد المحاولة.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>توقف المحرّك على نحو غير متوقع.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>أُنهي المحرّك من خارج البرنامج، ربما لنفاد الذاكرة.</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>أُوقف المحرّك.</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>لا يطابق الملف %1 المجموع الاختباري لدى المنصة، حتى بعد جلبه مرتين. لم يُحفظ منه شيء. أعد المحاولة لاحقًا، أو اختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>تغيّر الملف %1 في المنصة، ويُجلب من البداية.</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>الملف %1 لم يعد موجودًا.</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>لا يطابق الملف المجموع الاختباري لدى المنصة. يُجلب الجزء التالف منه مرة أخرى.</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>تغيّر الملف في المنصة في هذه الأثناء. ابحث عن النموذج مرة أخرى.</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>الملف تالف أو ينتهي في منتصفه.</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>ملف %1 لم يعد موجودًا: %2. صِل القرص الذي هو عليه، أو استبعده بالأمر `nemodesk models remove %3`.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>ملف محادثاتك تالف، ولا يمكن تغيير اسمه. أغلق نوافذ NemoDesk الأخرى، أو انقل %1 إلى مكان آخر، ثم شغّل NemoDesk من جديد.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>ملف محادثاتك تالف. حُفظ باسم %1، ويتابع NemoDesk بملف فارغ. أعد المحاولة.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>ملف محادثاتك تالف. شغّل NemoDesk من جديد: سيضع الملف التالف جانبًا في %1 وينقذ ما يمكن قراءته.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>كان ملف محادثاتك تالفًا، وحُفظ باسم %1. أمكن إنقاذ %2 بقدر ما أمكنت القراءة. أعد المحاولة للمتابعة.</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>المجلد %1 أصبح رابطًا إلى مكان آخر، وNemoDesk لا يتبعه. أزل الرابط.</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>اختفى مجلد النماذج: %1. صِل قرصه من جديد، ثم تابع التنزيل.</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>في القواعد النحوية (grammar) خطأ. أصلحها أو استغنِ عنها.</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>لا تذكر المنصة حجم %1، لذا لا يمكن فحصه. اختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>تعطي المنصة هذا الملف اسمًا يقع خارج مجلد النماذج، أو لا يمكن لأي قرص حفظه. اختر نموذجًا آخر.</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>لدى المنصة مشكلة خاصة بها.</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>تلقّت المنصة طلبات كثيرة جدًا من هنا.</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>تستمر المنصة في تغيير الملف %1 أثناء جلبه. أعد المحاولة لاحقًا.</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>ترسل المنصة من الملف %1 أقل مما لديها. أعد المحاولة لاحقًا.</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>إجابات المنصة غير مفهومة: ربما يقف بينكما برنامج آخر، مثل صفحة تسجيل الدخول إلى شبكة لاسلكية. افتح صفحة ويب لترى ذلك، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>مفتاح المحادثات المشفّرة.</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>المفتاح الذي يفتح المستودعات المقيّدة والخاصة في المنصة.</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>سلسلة المفاتيح لا تستجيب.</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>سلسلة المفاتيح مقفلة.</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>سلسلة المفاتيح معطّلة لبرامج Python.</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>سلسلة المفاتيح ترفض ذلك.</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>لغة النافذة؛ القيمة “system” تتبع الحاسوب.</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>يريد مطوّرو %1 أن توافق على رخصته أولًا. افعل ذلك في %2، ثم عيّن HF_TOKEN على مفتاح من حسابك.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>لا يمكن قراءة ملف النموذج %1. افحص القرص وأذونات الملف.</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>ملف النموذج %1 لم يعد موجودًا.</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>يعطي النموذج المحادثة الجديدة عنوانها.</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>لم يكتب النموذج ملخصًا. أعد المحاولة، أو تابع من دونه: تُستبعد عندئذ أقدم الرسائل.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>لا يستطيع قالب محادثة النموذج عرض هذه المحادثة: %1. جرّب من دون موجّه النظام، أو ابدأ محادثة جديدة.</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>لا يمكن العثور على الاسم %1. تحقق من أن هذا الحاسوب متصل بالإنترنت، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>في اسم %1 علامات ليست نصًا. أعد تسمية الملف.</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>خرج الملف الجديد لمحادثاتك مختلفًا عن القديم. لم يتغير شيء: افحص القرص ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>يطلب الخادم الوكيل لهذه الشبكة اسمًا وكلمة مرور. اكتبهما في HTTPS_PROXY بالشكل http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>لا يسمح الخادم الوكيل لهذه الشبكة بمرور NemoDesk. تحقق من HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>الخادم الوكيل للوصول إليها؛ إن تُرك فارغًا استُخدم وكيل النظام.</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>سلة المهملات %1 رابط إلى مكان آخر، وNemoDesk لا يتبعه. أزل الرابط.</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>لا توجد محادثات في %1.</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>لا توجد نماذج على هذا الحاسوب بعد.</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>يوجد ملف جديد %1. أزله أولًا إن أردت استعادة %2 من سلة المهملات.</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>لا يوجد مرفق رقمه %1. ربما أُزيل.</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>لا توجد محادثة رقمها %1. ربما حُذفت.</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>لا يوجد تنزيل باسم «%1» في القائمة.</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>لا يوجد ملف %1. تحقق من اسمه ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>لا يوجد ملف %1. تحقق من الاسم ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>لا يوجد مجلد رقمه %1. ربما حُذف.</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>لا توجد رسالة رقمها %1. ربما حُذفت محادثتها.</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>لا يوجد نموذج %1 في %2، أو أنه خاص. تحقق من اسمه.</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>لا يوجد ملف نموذج %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>لا يوجد ملف نموذج (‎.gguf) في %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>لا يوجد ملف نموذج (‎.gguf) في المجلد %1.</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>لا يوجد متسع في %1: المطلوب %2 والمتاح %3. حرّر %4 أو اختر قرصًا آخر.</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>لم يبق متسع لـ %1. أفسح بعض المساحة، أو اختر مكانًا آخر.</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>لم تبق مساحة على القرص، لذا لا يمكن حفظ محادثاتك. أفسح بعض المساحة ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>لا يوجد سر باسم %1.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>لا يوجد إعداد باسم %1.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>الذاكرة لا تكفي لسياق طوله %1 من الرموز. اختر سياقًا أقصر أو أغلق برامج أخرى.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>الذاكرة غير كافية. أغلق البرامج الأخرى ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>المساحة على القرص غير كافية: بقي وصول %1 والمتاح %2. أفسح %3 في %4، أو اختر نموذجًا أصغر.</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>لا يوجد فيه شيء.</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>لا يوجد في هذه المحادثة ما يُلخَّص بعد.</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>ليس لهذه المحادثات كلمة مرور. استخدم مفتاح الاسترداد.</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>لا يمكن متابعة هذه الإجابة: فيها مع سؤالها %1 من الرموز (أجزاء الكلمات)، والمتسع هو %2. اختر سياقًا أطول، أو اطلب الباقي في رسالة جديدة.</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>تُكتب هذه الإجابة في نافذة أخرى من NemoDesk. انتظر حتى تنتهي، أو أوقفها هناك.</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>هذه النسخة الاحتياطية تالفة أو لم تُنسخ كاملة. لم يتغير شيء: جرّب نسخة أخرى.</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>هذه النسخة الاحتياطية محمية. أدخل عبارة مرورها.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>أنشأ هذه النسخة الاحتياطية إصدار أحدث من NemoDesk. حدّث NemoDesk لاستعادتها.</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>تجري الإجابة في هذه المحادثة. أوقف الإجابة أو انتظر نهايتها.</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>هذه المحادثة أطول مما يستوعبه النموذج: فيها %1 من الرموز (أجزاء الكلمات)، والسياق يتسع لـ %2. ابدأ محادثة جديدة أو اختصر الرسالة.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>في هذا الحاسوب %1 من الذاكرة، وهذا أقل مما تحتاج إليه النماذج التي يعرفها NemoDesk. استخدم نموذج البداية.</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>هذا الحاسوب غير متصل بالإنترنت. صِله ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>لا يوفّر هذا الحاسوب سلسلة مفاتيح.</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>هذا العنصر في سلة المهملات تالف: يشير إلى مكان خارج مجلد النماذج. أفرغ سلة المهملات.</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>يحتوي هذا الملف على %1، لا على نموذج للمحادثة. اختر الملف الأكبر بجانبه.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>هذا الملف ليس نسخة احتياطية من NemoDesk، أو لم يُنسخ كاملًا. اختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>هذا الملف ليس نسخة احتياطية من NemoDesk. اختر ملفًا آخر.</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>كتب هذا الملف إصدار أحدث من NemoDesk. حدّث NemoDesk لقراءته.</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>هذا ليس ملف نموذج بصيغة GGUF. اختر ملفًا ينتهي اسمه بـ ‎.gguf ونُزّل كاملًا.</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>هذا ليس ملفًا فيه محادثات.</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>هذا هو النموذج نفسه %1 الموجود لديك في %2. لا حاجة إلى إضافته مرتين.</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>لم تعد هذه الرسالة معروضة. افتح المحادثة مرة أخرى.</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>هذه الرسالة أطول مما يستوعبه النموذج: فيها %1 من الرموز (أجزاء الكلمات)، والمتسع هو %2. اختصرها، أو اختر سياقًا أطول.</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>لا يستطيع هذا النموذج حفظ المحادثة في ذاكرة أقل (q8_0). اختر f16، وسياقًا أقصر إن كانت الذاكرة قليلة.</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>ملف النموذج هذا تالف. نزّله مرة أخرى.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>ملف النموذج هذا غير مكتمل: ينتهي في ترويسته. نزّله مرة أخرى.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>ملف النموذج هذا غير مكتمل: فيه %1 من %2 بايت. نزّله مرة أخرى.</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>يخزّن ملف النموذج هذا أوزانه بطريقة لا يعرفها هذا الإصدار من NemoDesk. حدّث NemoDesk، أو اختر ملفًا آخر للنموذج نفسه.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>يستخدم ملف النموذج هذا الإصدار %1 من صيغته، وهو قديم جدًا. نزّل ملفًا أحدث لهذا النموذج.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>يستخدم ملف النموذج هذا الإصدار %1 من صيغته، ولا يعرفه هذا الإصدار من NemoDesk. حدّث NemoDesk.</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>أُعدّ ملف النموذج هذا لنوع آخر من الحواسيب (big-endian). نزّل الملف المعتاد لهذا النموذج.</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>يحتاج هذا النموذج إلى %1 من الذاكرة على الأقل، والمتاح في هذا الحاسوب %2. أغلق البرامج الأخرى أو اختر نموذجًا أصغر.</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>أُعدّ هذا النموذج لسياق يصل طوله إلى %1 من الرموز، لا %2. اختر %3 أو أقل.</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>يحتاج هذا مؤقتًا إلى %1 من المساحة الحرة على القرص، والمتاح %2. أفسح بعض المساحة ثم أعد المحاولة. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>لا تفتح عبارة المرور هذه النسخة الاحتياطية. تحقق منها ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>كلمة المرور هذه غير صحيحة. أعد المحاولة.</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>في مفتاح الاسترداد هذا حرف أو رقم خاطئ في موضع ما، أو اثنان تبادلا مكانيهما. قارنه بما دوّنته.</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>مفتاح الاسترداد هذا لمحادثات أخرى: أُنشئ حين شُفّرت في وقت آخر أو على حاسوب آخر. ابحث عن المفتاح الخاص بهذه المحادثات.</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>لا يعرف هذا الإصدار من NemoDesk نماذج من النوع «%1». حدّث NemoDesk، أو اختر نموذجًا آخر.</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>أعد المحاولة؛ التفاصيل في السجل.</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>ما تُفحص به كلمة المرور تالف. استخدم مفتاح الاسترداد.</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>ما تُفحص به كلمة المرور عند البدء.</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>مصدر النماذج؛ إن تُرك فارغًا فهو huggingface.co.</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>مكان النافذة السابق وترتيبها.</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>هل أُجيب عن الصفحة الأولى.</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>هل ذكرت النافذة أنه لا توجد سلسلة مفاتيح.</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>المفتاح الذي يرسل الرسالة؛ والآخر يبدأ سطرًا جديدًا.</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>محادثاتك مشفّرة من قبل.</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>يجري الآن تشفير محادثاتك أو فك تشفيرها. أعد المحاولة بعد قليل.</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>محادثاتك مشفّرة، وسلسلة مفاتيح هذا الحاسوب لا تعطي مفتاحها. افتح سلسلة المفاتيح، أو اكتب مفتاح الاسترداد.</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>محادثاتك مشفّرة. اكتب كلمة المرور أو مفتاح الاسترداد.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>محادثاتك غير مشفّرة.</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>استُخدمت محادثاتك آخر مرة مع إصدار أحدث من NemoDesk. لم يتغير شيء: حدّث NemoDesk لفتحها.</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>في حاسوبك %1 من الذاكرة و%2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>نماذجك موجودة في %1 من قبل.</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>بطاقة رسوميات لا تستطيع هذه النسخة من NemoDesk استخدامها</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>بطاقة رسوميات ذاكرتها %1</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>معالج رسوميات يستخدم الذاكرة نفسها</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>نحو %1 كلمة في الثانية</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>نحو كلمة واحدة في الثانية</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>بجودة الأصل</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>للتجارب فقط</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>جيد، وهو الاختيار المعتاد</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>أقل من كلمة في الثانية</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>أضعف بكثير</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>يقارب جودة الأصل</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>بلا بطاقة</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>ليس فيه بطاقة رسوميات</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>أضعف على نحو ملحوظ</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>على بطاقة الرسوميات</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>على بطاقة الرسوميات والمعالج</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>على المعالج</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>الأصل، غير مضغوط</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>جيد جدًا</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>لا يدل «%1» على نموذج في المنصة. اكتب OWNER/NAME، مثل unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>يدل «%1» على عدة نماذج. اختر واحدًا منها: %2.</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>اكتب عنوانًا يبدأ بأحد ما يلي: %1. أو لا تكتب شيئًا.</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>حسب النظام</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>يسري فورًا.</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>يسري من الرسالة التالية.</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>يسري عند تحميل نموذج في المرة القادمة.</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>يسري من الطلب التالي إلى المنصة.</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>يسري عند بدء NemoDesk في المرة القادمة.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>اللغة</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>لغة النافذة. تجيب النماذج بلغة محادثتك.</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>إرسال الرسائل باستخدام</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>يبدأ Shift+Enter سطرًا جديدًا دائمًا.</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>عناوين المحادثات الجديدة</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>يسمّي النموذج المحادثة بعد أول إجابة فيها. وتبقى العناوين التي تكتبها بنفسك.</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>إظهار سرعة الإجابات</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>يظهر أسفل المحادثة عدد الكلمات التي كتبها النموذج في الثانية.</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>حد سرعة التنزيلات</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>بالميغابايت (MB) في الثانية، لجميع التنزيلات معًا.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>عدد الأيام في سلة المهملات</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>يمكن خلال هذه المدة استعادة المحادثات والنماذج المحذوفة.</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>مسارات المعالج</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>عدد المسارات التي تقوم بالحساب. إن زاد على عدد الأنوية السريعة صار الحساب أبطأ.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>الطبقات على بطاقة الرسوميات</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>مقدار ما تحسبه بطاقة الرسوميات من النموذج. كلما قلّ، بقي من ذاكرتها المزيد للألعاب والبرامج الأخرى.</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>أكبر عدد تتسع له</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>طول السياق المعتاد</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>مقدار ما تحتفظ به النماذج من المحادثة، بالرموز: كل 1,000 رمز نحو 750 كلمة. السياق الأطول يشغل ذاكرة أكبر. ويمكن أن يكون لكل محادثة طول خاص بها.</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>طريقة حفظ المحادثات في الذاكرة</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>تشغل المحادثات المضغوطة نصف الذاكرة، وتُقرأ بدقة أقل قليلًا. والنماذج التي لا تدعم الضغط تحفظها بدقة كاملة.</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>العمل دون اتصال</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>لا يجري NemoDesk أي اتصال على الإطلاق، حتى عندما تطلب ذلك.</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>عنوان المنصة</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>المكان الذي يُبحث فيه عن النماذج وتُنزَّل منه.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>الخادم الوكيل</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>الطريق إلى المنصة، إن كان في شبكتك خادم وكيل.</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>حسب إعداد النظام</translation>
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
        <translation>دقيق (f16)</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>مضغوط (q8_0)</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>مكان حفظ نماذجك</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>General</source>
        <translation>عام</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>النماذج والتخزين</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>الأداء</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>الخصوصية والأمان</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>الاتصالات</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>النسخ الاحتياطي والنقل</translation>
    </message>
    <message>
        <source>About</source>
        <translation>حول NemoDesk</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>تُحفظ الإعدادات في مكان آخر مؤقتًا</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>مرفق مع NemoDesk</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>ملف فتحته</translation>
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
        <translation>ذاكرة Hugging Face المؤقتة</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>قيد الانتظار</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>قيد الفحص</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>يحتاج إلى %1 من الذاكرة</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>هل تريد إزالة %1 من هذا الحاسوب؟ ستبقى المحادثات التي جرت معه.</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face: %1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>المكان</translation>
    </message>
    <message>
        <source>From</source>
        <translation>المصدر</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 من الرموز</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>الاسم في سطر الأوامر</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>%1 من التنزيلات في الشهر</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>حجم التنزيل %1</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>نوع النموذج</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>أطول محادثة</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>الرخصة</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>فُحص في %1: %2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>مكان %1</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>لم يعد في %1 الخيار «%2». انظر في تفاصيله.</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>لا يوجد جديد.</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>الجديد في القائمة: %1.</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>قائمة النماذج محدّثة</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>اختصارات لوحة المفاتيح</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>محادثة مؤقتة جديدة</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>إخفاء المحادثات</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>البحث في المحادثات</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>هل تريد الحذف نهائيًا؟</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>ستُحذف «%1» نهائيًا، ولا يمكن التراجع عن ذلك.</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>ستُحذف المحادثات المحددة نهائيًا (%1)، ولا يمكن التراجع عن ذلك.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>هل تريد إفراغ سلة المهملات؟</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>ستُحذف نهائيًا جميع المحادثات في سلة المهملات، ولا يمكن التراجع عن ذلك.</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>لا توجد محادثة تحتوي على «%1».</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>الأرشيف فارغ</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>اختر «أرشفة» في قائمة المحادثة لتنتقل إلى هنا.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>سلة المهملات فارغة</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>لا توجد محادثات بعد</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>اكتب رسالة، وستنتظرك المحادثة هنا.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>حذف نهائي</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>لم يُعثر على شيء</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>حد السرعة</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>بلا حد للسرعة</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>%1 على الأكثر</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>النماذج والتخزين</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>مكان نماذجك</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>هل هي سليمة؟</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>سلة المهملات</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>الحدود</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>نُقلت نماذجك</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>قيد الفحص</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>كما يجب أن يكون تمامًا</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>يبدو سليمًا. لا توجد معلومات عما يجب أن يكون محتواه.</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>تحرّر %1 من المساحة.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>سلة المهملات فارغة</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>يجري نقل نماذجك. تُستأنف التنزيلات بعد ذلك.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>نموذج واحد</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>عدد النماذج: %1</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1، %2. المساحة الحرة على هذا القرص %3.</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>لا يمكن الوصول إلى هذا المجلد. صِل قرصه وشغّل NemoDesk من جديد، أو اختر مجلدًا آخر.</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>أُزيل قبل %1 يومًا</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>أُزيل اليوم</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>أُزيل أمس</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>جدول</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>محادثة مؤقتة: لا يُحفظ منها شيء، وتزول عند إغلاق NemoDesk.</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>التفكير</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>إعادة تسمية المحادثة</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>عنوان المحادثة</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>حفظ العنوان</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>النسخ الاحتياطي والنقل</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>نسخ احتياطي…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>استعادة…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>استيراد ملف…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>استيراد مجلد…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>الصيغة</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>صفحة ويب</translation>
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
        <translation>أسطر JSON</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>النسخ الاحتياطي</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>ملف واحد فيه محادثاتك وإعداداتك وقائمة نماذجك. استعده هنا أو على حاسوب آخر. ملفات النماذج ليست فيه: يمكن تنزيلها مرة أخرى.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>استيراد المحادثات</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>يستورد ما يصدّره ChatGPT وOpen WebUI وLM Studio وNemoDesk: ملفًا، أو أرشيفًا كما نزّلته، أو مجلدًا. لا تُستورد مرة ثانية المحادثات الموجودة هنا من قبل.</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>تصدير المحادثات</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>جميع المحادثات في ملف واحد: صفحة ويب أو Markdown للقراءة، أو JSON لحفظ كل شيء، أو أسطر JSON للبرامج التي تدرّب النماذج. تُصدَّر المحادثة الواحدة من قائمتها في قائمة المحادثات.</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>إفراغ سلة المهملات…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>النماذج المُزالة</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>سلة المهملات فارغة.</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>تبقى النماذج المُزالة هنا مدة %1 يومًا، وتشغل مساحة حتى ذلك الحين.</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>تبقى النماذج المُزالة هنا يومًا واحدًا، وتشغل مساحة حتى ذلك الحين.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>هل تريد إفراغ سلة المهملات؟</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>سيُحذف %1 نهائيًا، ولا يمكن التراجع عن ذلك.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>حذف نهائي</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>وقع خطأ في NemoDesk</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>لم يضع شيء مما هو محفوظ. انسخ التقرير وأرسله إلينا إن أردت.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>نسخ التقرير</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>يجري تشفير محادثاتك</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>المفتاح في سلسلة مفاتيح هذا الحاسوب.</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>يطلب NemoDesk كلمة المرور عند كل بدء.</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>لا توجد سلسلة مفاتيح تحفظ المفتاح هنا: يطلب NemoDesk مفتاح الاسترداد عند كل بدء.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>محادثاتك مشفّرة</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>يجري فك تشفير محادثاتك</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>لم تعد محادثاتك مشفّرة</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>لم تعد هناك حاجة إلى مفتاح الاسترداد وكلمة المرور.</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>يُقرأ كل شيء ويُقارن قبل أن يسري.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>مكان حفظ مفتاح الاسترداد</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>مفتاح استرداد NemoDesk.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>مفتاح استرداد محادثاتك في NemoDesk. يستطيع كل من لديه هذا المفتاح قراءتها.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>محادثاتك غير مشفّرة</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>كل من يمكنه قراءة ملفات هذا الحاسوب يستطيع قراءة محادثاتك. أما إذا شُفّرت فلا تُفتح إلا بمفتاح لديك.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>المحادثات والمرفقات والمسودات ملف واحد مشفّر. ومفتاحه في سلسلة مفاتيح هذا الحاسوب، التي تُفتح عند تسجيل دخولك.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>المحادثات والمرفقات والمسودات ملف واحد مشفّر تفتحه كلمة مرورك. وما دام NemoDesk يعمل، فالمفتاح في ذاكرة الحاسوب.</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>كلمة مرور تفتح محادثاتك</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>من دونها أو من دون مفتاح الاسترداد لا يستطيع أحد قراءتها.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>يطلب NemoDesk كلمة مرور</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>إنها مجرد باب: محادثاتك غير مشفّرة، وكل من يمكنه قراءة ملفات هذا الحاسوب يستطيع قراءتها.</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>يُفتح NemoDesk من دون سؤال.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>لا توجد على هذا الحاسوب سلسلة مفاتيح تحفظ ما تُفحص به كلمة المرور. شفّر محادثاتك لتكون لك كلمة مرور.</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>لا توجد كلمة مرور</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>%1 معيّن في بيئة النظام وهو الذي يحدد ذلك.</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>محادثاتك مع المسودات والمرفقات، مشفّرة</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>محادثاتك مع المسودات والمرفقات</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>نسخ من المحادثات قبل تغيير ما، وملفات تالفة</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>ما يمكن إنشاؤه من جديد: السرعات، وما ذكرته المنصة</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>السجلات: ما حدث، لا ما قيل أبدًا</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>الإعدادات والمفاتيح وكلمات المرور</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>سلسلة مفاتيح هذا الحاسوب</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>الإعدادات؛ وتُنسى المفاتيح عند إغلاق NemoDesk</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>العودة إلى المحادثات</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>أرشفة</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>محادثات تريد الاحتفاظ بها، لا أن تراها كل يوم.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>سلة المهملات</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>يمكن استعادة المحادثات المحذوفة. وتُمحى بعد %1 يومًا.</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>يمكن استعادة المحادثات المحذوفة إلى أن تُفرغ سلة المهملات.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>ما الذي يدور في ذهنك؟</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>كل شيء يبقى على هذا الحاسوب، ويعمل من دون إنترنت.</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>شرح شيء بكلمات بسيطة</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>اشرح بكلمات بسيطة لماذا السماء زرقاء.</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>كتابة رسالة ودية</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>اكتب رسالة قصيرة وودية لشكر أحد الجيران على مساعدته.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>وضع خطة</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>ضع خطة بسيطة لعطلة نهاية أسبوع هادئة في المنزل.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>مرحبًا</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>مساعد خاص يعمل على هذا الحاسوب. بعد التنزيل يعمل من دون إنترنت.</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>التنزيل والبدء</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>اختيار نموذج آخر</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>استخدام نموذج البداية</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>يجري فحص حاسوبك…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>الأنسب له</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>يجري فحص حاسوبك</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>يعمل بامتياز</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>يعمل، لكن ببطء</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>أكبر مما يتسع له هذا الحاسوب</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>أقل من كلمة واحدة في الثانية</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>نحو كلمة واحدة في الثانية</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>بقيت بضع ثوانٍ</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>بقي أقل من دقيقة</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>بقي نحو ساعة واحدة</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>بقي نحو %1 ساعات</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>نحو %1 كلمة في الثانية</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>بقيت دقيقة واحدة</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>بقي %1 من الدقائق</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 في الثانية</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>حفظ الإعدادات المسبقة أو تغييرها</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>حد السرعة</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>ما يُحفظ وأين</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
</context>
</TS>
